import { abortError, isAbort, RerankError } from '../errors.js';
import type { ByteStream } from './files.js';

/** Chunks of a byte stream. By reader, because Safari cannot iterate over a web stream; cancels it when left early. */
export async function* chunks(bytes: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
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

/** How many bytes show what a file is. */
const START = 8;

/**
 * A file's text in pieces of any size. What is packed with gzip is unpacked, by its first bytes and whatever its name;
 * a byte-order mark of UTF-8 is dropped.
 *
 * @param bytes - the file.
 * @param file - its name, for errors.
 * @throws RerankError `invalid-data` for any other encoding or packing, with its name where that is certain and the way
 * out of it; `download-failed` where the stream breaks off. The signal's reason when it is aborted.
 */
export async function* readText(
  bytes: ByteStream,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 0;
  let start = new Uint8Array(0);
  try {
    for await (const chunk of withStart(unpacked(withStart(chunks(bytes)), file))) {
      if (signal?.aborted) throw abortError(signal);
      if (start.length === 0) start = chunk.slice(0, START);
      const text = decode(decoder, chunk);
      // No text has a NUL, and UTF-16 has one in every Latin letter.
      if (text === undefined || text.includes('\0')) throw notUtf8(file, lines + lineOf(chunk), start);
      lines += count(text);
      yield text;
    }
    if (decode(decoder) === undefined) throw notUtf8(file, lines, start);
  } catch (cause) {
    if (cause instanceof RerankError || isAbort(cause, signal)) throw cause;
    throw new RerankError(
      'download-failed',
      `${file} could not be read to its end: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** The same bytes, the first chunk long enough to tell what they are. */
async function* withStart(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let start: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of bytes) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    const joined: Uint8Array = new Uint8Array(start.length + chunk.length);
    joined.set(start);
    joined.set(chunk, start.length);
    start = joined.length < START ? joined : undefined;
    if (start === undefined) yield joined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

async function* unpacked(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const first = await bytes.next();
  if (first.done) return;
  const whole = prepend(first.value, bytes);
  if (!(first.value[0] === 0x1f && first.value[1] === 0x8b)) {
    yield* whole;
    return;
  }
  let broken: Error | undefined; // the source's own failure, which is not the packing's
  const source = new ReadableStream<BufferSource>({
    pull: async (controller) => {
      try {
        const { done, value } = await whole.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>); // files and responses are never shared memory
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    },
    cancel: async () => {
      await whole.return();
    },
  });
  try {
    yield* chunks(source.pipeThrough(new DecompressionStream('gzip')));
  } catch (cause) {
    if (broken) throw broken;
    throw new RerankError(
      'invalid-data',
      `${file}: the gzip data is damaged or broken off. Pack the file again, or give it unpacked.`,
      { cause },
    );
  }
}

async function* prepend(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(); // leaving early closes the file
  }
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string | undefined {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    return undefined;
  }
}

const count = (text: string): number => text.split('\n').length - 1;

/** Line ends in a chunk before its first character that is wrong. */
const lineOf = (chunk: Uint8Array): number =>
  count(new TextDecoder().decode(chunk).split(/[\0\uFFFD]/, 1)[0] ?? '');

/** First bytes that say what a file is, where it is not UTF-8. */
const SIGNATURES: readonly (readonly [string, (start: Uint8Array) => boolean])[] = [
  ['UTF-16LE', ([a, b, , d]) => (a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && d === 0)],
  ['UTF-16BE', ([a, b, c, d]) => (a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0)],
  ['zip', ([a, b, c, d]) => a === 0x50 && b === 0x4b && c === 3 && d === 4],
  ['zstd', ([a, b, c, d]) => a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd],
  ['xz', ([a, b, c, d]) => a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58],
  ['bzip2', ([a, b, c, , e, f]) => a === 0x42 && b === 0x5a && c === 0x68 && e === 0x31 && f === 0x41],
];

function notUtf8(file: string, lines: number, start: Uint8Array): RerankError {
  const kind = SIGNATURES.find(([, is]) => is(start))?.[0];
  if (kind === undefined) {
    return new RerankError(
      'invalid-data',
      `${file}: after line ${lines} the bytes are not UTF-8. Save the file as UTF-8; an older encoding is converted by ` +
        '"iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW" (or whichever it is).',
    );
  }
  const wayOut = kind.startsWith('UTF')
    ? `Save it as UTF-8, or convert it: "iconv -f ${kind} -t UTF-8 OLD > NEW".`
    : 'Unpack it, or pack it with gzip.';
  return new RerankError('invalid-data', `${file} is ${kind}; expected UTF-8, plain or gzip. ${wayOut}`);
}
