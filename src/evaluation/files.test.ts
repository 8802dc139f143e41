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
