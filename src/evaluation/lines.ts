import { abortError, RerankError } from '../errors.js';
import type { ByteStream } from './files.js';

/** Chunks of a byte stream. By reader, because Safari cannot iterate over a web stream; cancels it when left early. */
async function* chunks(bytes: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  if (!('getReader' in bytes)) {
    yield* bytes;
    return;
  }
  const reader = bytes.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    finished = true;
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined); // the reason it was left matters more
    reader.releaseLock();
  }
}

/**
 * Lines of UTF-8 text, as a stream: only one chunk and one line are held. Ends at `\n` or `\r\n`; a byte-order mark
 * is dropped; a last line without an end counts, an empty last one does not.
 *
 * @param bytes - the text.
 * @param file - its name, for errors.
 * @throws RerankError `invalid-data` where the bytes are not UTF-8; the signal's reason when it is aborted.
 */
export async function* readLines(
  bytes: ByteStream,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let count = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      const message = `${file}: after line ${count} the bytes are not UTF-8. Save the file as UTF-8, uncompressed.`;
      throw new RerankError('invalid-data', message, { cause });
    }
  };
  for await (const chunk of chunks(bytes)) {
    if (signal?.aborted) throw abortError(signal);
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      count += 1;
      yield line.endsWith('\r') ? line.slice(0, -1) : line;
    }
  }
  rest += decode();
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
