import type { Page } from '@playwright/test';
import type { RerankerOptions } from '../../src/index.js';
import type { Harness } from '../support.js';

/** The tiny model with a manifest (hashes, stored logits, stages), the one without, and the one on a stand-in Hub. */
export const MODELS = {
  manifest: '/tiny/tiny-staged/',
  plain: '/tiny/tiny-bert/',
  hub: 'someone/tiny',
} as const;

/** Weights of those models for WASM. */
export const WEIGHTS = 'model_quantized.onnx';

/** What the page saw of a call: `ranked` with the scores, or an error by its code or name. */
export interface Seen {
  /** `ranked`, the code of a RerankError, or the name of another error. */
  outcome: string;
  /** The error's message; empty for a ranking. */
  message: string;
  /** Scores in the order of the input; empty for an error. */
  scores: number[];
  /** Milliseconds from the call to its outcome. */
  ms: number;
}

/** Something that goes wrong, how it is caused, and what the caller must see. */
export interface Fault {
  /** What goes wrong, for the table. */
  fault: string;
  /** Which model is loaded. @default 'manifest' */
  model?: keyof typeof MODELS;
  /** Runs in the page before anything of it. */
  init?: string;
  /** Headers of the page: a policy, isolation. */
  server?: { csp?: string; isolated?: boolean };
  /** Causes it on the server or in the browser, once the page is there. */
  cause?: (harness: Harness) => unknown;
  /** Options of createReranker. */
  options?: RerankerOptions;
  /** What the page does, as a function's source that gives a {@link Seen}. @default loads, ranks once and disposes */
  act?: string;
  /** What the caller must see: `ranked` (with the right scores) or the code. */
  saw: string;
  /** What the message must say. */
  says?: RegExp;
  /** Milliseconds within which the caller must see it. @default 15,000 */
  within?: number;
  /** Whether the same page must rank once the cause is gone. @default true */
  recovers?: boolean;
}

const QUERY = 'what keeps a boat upright';
const PASSAGES = [
  'The keel holds the boat upright.',
  'A sonnet has fourteen lines.',
  'Bread rises with yeast.',
];

/**
 * Put into every page: `seen(call)` turns a call's outcome into a {@link Seen}, `load(more)` creates a reranker with the
 * fault's options, `rank(reranker, options, times)` ranks the passages and gives their scores.
 */
const PAGE = `
  const QUERY = ${JSON.stringify(QUERY)};
  const PASSAGES = ${JSON.stringify(PASSAGES)};
  window.seen = async (call) => {
    const start = performance.now();
    const done = (outcome, message, scores) => ({ outcome, message, scores, ms: performance.now() - start });
    try {
      const scores = await call();
      return done('ranked', '', scores);
    } catch (error) {
      return done(error?.code && error.name === 'RerankError' ? error.code : String(error?.name), String(error?.message), []);
    }
  };
  window.load = (more = {}) => library.createReranker({ ...window.given, ...more });
  window.rank = async (reranker, options = {}, times = 1) => {
    const many = Array.from({ length: times }, () => PASSAGES).flat();
    const ranking = await reranker.rank(QUERY, many, { activation: 'identity', ...options });
    const scores = many.map((_, index) => ranking.find((each) => each.index === index)?.score ?? NaN);
    return scores.slice(0, PASSAGES.length);
  };
  window.rankOnce = async (more) => {
    const reranker = await load(more);
    try { return await rank(reranker); } finally { await reranker.dispose(); }
  };
`;

/** Runs what the fault's page does; `more` are options besides the fault's own. */
export async function act(
  page: Page,
  { model = 'manifest', options, act }: Fault,
  hub: string,
): Promise<Seen> {
  await page.evaluate(PAGE);
  const given = { model: MODELS[model], device: 'wasm', hubHost: hub, ...options };
  await page.evaluate((given) => Object.assign(window, { given }), given);
  return page.evaluate<Seen>(`(${act ?? '() => seen(() => rankOnce())'})()`);
}
