import type { Fault } from './fault.js';

const withReranker = (body: string, options = '{ workers: 1, batchTokens: 128 }') => `async () => {
  const reranker = await load(${options});
  try { ${body} } finally { await reranker.dispose(); }
}`;
const onFile = (action: string) =>
  `() => { const controller = new AbortController(); return seen(() => rankOnce({ signal: controller.signal, onProgress: (news) => { ${action} } })); }`;

/** Aborts wherever a call stands, disposals, callbacks that throw, calls at once. */
export const CALLS: Fault[] = [
  {
    fault: 'loading with a signal that was aborted before',
    act: '() => seen(() => rankOnce({ signal: AbortSignal.abort() }))',
    saw: 'AbortError',
  },
  {
    fault: 'abort while files come',
    act: onFile("if (news.status === 'download') controller.abort();"),
    saw: 'AbortError',
  },
  {
    fault: 'abort while the model is opened',
    act: onFile("if (news.status === 'open') controller.abort();"),
    saw: 'AbortError',
  },
  {
    fault: "abort at 'ready'",
    act: onFile("if (news.status === 'ready') controller.abort();"),
    saw: 'AbortError',
  },
  {
    fault: 'loading longer than AbortSignal.timeout',
    cause: ({ server }) => server.fault('.onnx', { kind: 'hang' }),
    act: '() => seen(() => rankOnce({ signal: AbortSignal.timeout(300) }))',
    saw: 'AbortError',
    within: 3_000,
  },
  {
    fault: 'onProgress throws',
    act: "() => seen(() => rankOnce({ onProgress: () => { throw new RangeError('mine'); } }))",
    saw: 'RangeError',
    says: /mine/,
  },
  {
    fault: 'a ranking with a signal that was aborted before',
    act: withReranker('return await seen(() => rank(reranker, { signal: AbortSignal.abort() }));'),
    saw: 'AbortError',
    within: 1_000,
  },
  {
    fault: 'abort in mid-ranking',
    act: withReranker(
      'const controller = new AbortController(); return await seen(() => rank(reranker, { signal: controller.signal, onPartial: () => controller.abort() }, 100));',
    ),
    saw: 'AbortError',
    within: 5_000,
  },
  {
    fault: 'abort while the call waits for another',
    act: withReranker(`
      const controller = new AbortController();
      const first = rank(reranker, {}, 60);
      const second = seen(() => rank(reranker, { signal: controller.signal }));
      controller.abort();
      const result = await second;
      await first;
      return result;`),
    saw: 'AbortError',
    within: 1_000,
  },
  {
    fault: 'abort while idle workers open again',
    act: withReranker(
      `
      await new Promise((resolve) => setTimeout(resolve, 300));
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      return await seen(() => rank(reranker, { signal: controller.signal }, 100));`,
      '{ workers: 1, idleTimeout: 50 }',
    ),
    saw: 'AbortError',
    within: 3_000,
  },
  {
    fault: 'a call after idle workers have ended',
    act: withReranker(
      `
      await new Promise((resolve) => setTimeout(resolve, 300));
      return await seen(() => rank(reranker));`,
      '{ workers: 1, idleTimeout: 50 }',
    ),
    saw: 'ranked',
  },
  {
    fault: 'onPartial throws',
    act: withReranker(
      "return await seen(() => rank(reranker, { onPartial: () => { throw new RangeError('mine'); } }, 40));",
    ),
    saw: 'RangeError',
  },
  {
    fault: 'onStats throws',
    act: withReranker(
      "return await seen(() => rank(reranker, { onStats: () => { throw new RangeError('mine'); } }));",
    ),
    saw: 'RangeError',
  },
  {
    fault: 'dispose in mid-ranking',
    act: withReranker(
      'return await seen(() => rank(reranker, { onPartial: () => void reranker.dispose() }, 100));',
    ),
    saw: 'disposed',
    within: 5_000,
  },
  {
    fault: 'a call after dispose',
    act: withReranker('await reranker.dispose(); return await seen(() => rank(reranker));'),
    saw: 'disposed',
    within: 1_000,
  },
  {
    fault: 'dispose twice at once',
    act: withReranker(
      'await Promise.all([reranker.dispose(), reranker.dispose()]); return await seen(() => rankOnce());',
    ),
    saw: 'ranked',
  },
  {
    fault: 'the list is emptied while it is ranked',
    act: withReranker(`return await seen(async () => {
        const documents = [...PASSAGES];
        const call = reranker.rank(QUERY, documents, { activation: 'identity' });
        documents.length = 0;
        const ranking = await call;
        return PASSAGES.map((text) => ranking.find(({ document }) => document === text).score);
      });`),
    saw: 'ranked',
  },
  {
    fault: 'twenty calls at once',
    act: withReranker(
      'return await seen(async () => (await Promise.all(Array.from({ length: 20 }, () => rank(reranker)))).at(-1));',
    ),
    saw: 'ranked',
  },
  {
    fault: 'five rerankers at once',
    act: '() => seen(async () => (await Promise.all(Array.from({ length: 5 }, () => rankOnce({ workers: 1 })))).at(-1))',
    saw: 'ranked',
    within: 30_000,
  },
];
