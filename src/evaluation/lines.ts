import { abortError } from '../errors.js';
import type { ByteStream } from './files.js';
import { chunks, readText } from './text.js';

/** `\n`, `\r\n`, or a lone `\r`; one that ends a piece waits for the next, which may begin with `\n`. */
const LINE_END = /\r\n|\n|\r(?!$)/;

/**
 * Lines of UTF-8 text, as a stream: only one chunk and one line are held. Ends at `\n`, `\r\n` or `\r`; a byte-order mark
 * is dropped; a last line without an end counts, an empty last one does not. What is packed with gzip is unpacked.
 *
 * @param bytes - the text.
 * @param file - its name, for errors.
 * @throws RerankError `invalid-data` where the bytes are not UTF-8, `download-failed` where the stream breaks off; the
 * signal's reason when it is aborted.
 */
export async function* readLines(
  bytes: ByteStream,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of readText(bytes, file, signal)) {
    const lines = (rest + text).split(LINE_END);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
}

/** All bytes of a stream in one piece. */
export async function readBytes(bytes: ByteStream, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks(bytes)) {
    if (signal?.aborted) throw abortError(signal);
    parts.push(part);
    length += part.length;
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
