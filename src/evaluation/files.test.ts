import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fetchSource } from './files.js';
import { readBytes, readLines } from './lines.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The text's bytes in chunks of `size`, so that lines and characters are cut anywhere. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

describe('readLines', () => {
  it.each([1, 2, 3, 7, 1000])('joins chunks of %i bytes', async (size) => {
    const text = '\ufeffeins\r\nzwei €\n\n\u{1f600} drei';
    expect(await collect(readLines(pieces(text, size), 'f'))).toEqual([
      'eins',
      'zwei €',
      '',
      '\u{1f600} drei',
    ]);
  });

  it('reads web streams, and cancels them when left early', async () => {
    expect(await collect(readLines(new Blob(['a\nb\n']).stream(), 'f'))).toEqual(['a', 'b']);
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('a\n')),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const line of readLines(endless, 'f')) {
      expect(line).toBe('a');
      break;
    }
    expect(cancelled).toBe(true);
  });

  it('refuses what is not UTF-8, with the place', async () => {
    const bytes = (async function* () {
      yield await Promise.resolve(Uint8Array.of(97, 10, 98, 10));
      yield Uint8Array.of(0xff, 10);
    })();
    await expect(collect(readLines(bytes, 'corpus.jsonl'))).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/^corpus\.jsonl: after line 2 the bytes are not UTF-8/) as string,
    });
    await expect(collect(readLines(pieces('é', 1), 'f'))).resolves.toEqual(['é']);
  });

  it.each(['one\rtwo\rthree\r', 'one\r\ntwo\rthree', 'one\ntwo\r\nthree\r\n'])(
    'ends lines of %j',
    async (text) => {
      for (const size of [1, 2, 1000])
        expect(await collect(readLines(pieces(text, size), 'f'))).toEqual(['one', 'two', 'three']);
    },
  );

  it('unpacks gzip whatever its name, and says when it is broken', async () => {
    const packed = gzipSync('\ufeffeins\nzwei €\n');
    const whole = async function* (bytes: Uint8Array, size: number) {
      for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
    };
    for (const size of [1, 7, 1000])
      expect(await collect(readLines(whole(packed, size), 'f'))).toEqual(['eins', 'zwei €']);
    const damaged = Uint8Array.from(packed);
    damaged[14] = 0xff;
    for (const broken of [packed.subarray(0, -9), packed.subarray(0, 12), damaged]) {
      await expect(collect(readLines(whole(broken, 1000), 'c.jsonl.gz'))).rejects.toMatchObject({
        code: 'invalid-data',
        message: expect.stringMatching(/^c\.jsonl\.gz: the gzip data is damaged or broken off/) as string,
      });
    }
  });

  it.each([
    [
      'UTF-16LE',
      [0xff, 0xfe, 0x41, 0, 0x0d, 0, 0x0a, 0],
      /is UTF-16LE; .* "iconv -f UTF-16LE -t UTF-8 OLD > NEW"/,
    ],
    ['UTF-16BE', [0xfe, 0xff, 0, 0x41], /is UTF-16BE/],
    ['UTF-16LE without a mark', [0x41, 0, 0x42, 0, 0x43, 0], /is UTF-16LE/],
    ['UTF-16BE without a mark', [0, 0x41, 0, 0x42, 0, 0x43], /is UTF-16BE/],
    [
      'Latin-1',
      [0x61, 10, 0x67, 0xe9, 0x6e, 10],
      /after line 1 .* not UTF-8.* "iconv -f WINDOWS-1252 -t UTF-8/,
    ],
    ['bytes of no text', [0x61, 10, 10, 0, 1, 2], /after line 2 the bytes are not UTF-8/],
    ['zip', [0x50, 0x4b, 3, 4, 0, 0xff], /is zip; expected UTF-8, plain or gzip/],
    ['a character cut off', [0x61, 0xe2, 0x82], /not UTF-8/],
  ])('refuses %s with the reason', async (_, bytes, message) => {
    for (const size of [1, 3, 1000]) {
      const stream = (async function* () {
        for (let i = 0; i < bytes.length; i += size)
          yield await Promise.resolve(Uint8Array.from(bytes.slice(i, i + size)));
      })();
      await expect(collect(readLines(stream, 'f'))).rejects.toMatchObject({
        code: 'invalid-data',
        message: expect.stringMatching(message) as string,
      });
    }
  });

  it('types a stream that breaks off', async () => {
    const broken = (async function* () {
      yield await Promise.resolve(Uint8Array.of(97, 10));
      throw new TypeError('network error');
    })();
    await expect(collect(readLines(broken, 'corpus.jsonl'))).rejects.toMatchObject({
      code: 'download-failed',
      message: 'corpus.jsonl could not be read to its end: network error',
    });
  });

  it('stops on abort', async () => {
    const signal = AbortSignal.abort();
    await expect(collect(readLines(pieces('a\n', 9), 'f', signal))).rejects.toMatchObject({
      name: 'AbortError',
    });
    await expect(readBytes(pieces('a\n', 9), signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('fetchSource', () => {
  const answering = (response: Response) =>
    fetchSource('https://example.org/data', { fetch: () => Promise.resolve(response) });

  it('gives bytes, and undefined for 404', async () => {
    const bytes = await answering(new Response('ab')).open('x');
    expect(bytes && (await readBytes(bytes))).toEqual(Uint8Array.of(97, 98));
    expect(await answering(new Response('', { status: 404 })).open('x')).toBeUndefined();
  });

  it.each([
    [
      'unauthorized',
      new Response('', { status: 403 }),
      /https:\/\/example\.org\/data\/qrels\/test\.tsv answered 403/,
    ],
    ['download-failed', new Response('', { status: 500 }), /answered 500/],
    ['unexpected-html', new Response('<p>', { headers: { 'content-type': 'text/html' } }), /web page/],
  ])('throws %s', async (code, response, message) => {
    const opened = answering(response).open('qrels/test.tsv');
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('tells a lost network from a cancellation', async () => {
    const broken = fetchSource('https://example.org/', {
      fetch: () => Promise.reject(new TypeError('failed')),
    });
    await expect(broken.open('x')).rejects.toMatchObject({ code: 'download-failed' });
    await expect(broken.open('x', AbortSignal.abort())).rejects.toMatchObject({ message: 'failed' });
  });
});
