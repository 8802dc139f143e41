import type { OpenOptions } from './pages/contestant.js';

/** Whether a page sends the headers that give it threads. */
export type Scenario = 'isolated' | 'plain';

/** Names of the contestants, as in the results. */
export type ContestantKey =
  | 'ours'
  | 'transformersRecipe'
  | 'transformersSorted'
  | 'xenovaRecipe'
  | 'rawPadded'
  | 'rawPacked'
  | 'native'
  | 'oursOneWorker'
  | 'oursPool'
  | 'transformersRecipePlain'
  | 'oursWebgpu'
  | 'transformersRecipeWebgpu'
  | 'transformersSortedWebgpu';

/** Who ranks, and how. */
export interface ContestantSpec {
  /** Its name in the results. */
  key: ContestantKey;
  /** Its name in tables. */
  label: string;
  /** The page, or `node` for no browser at all. */
  page: 'ours' | 'transformers' | 'raw' | 'node';
  /** The page's headers. */
  scenario: Scenario;
  /** One padded batch, so slow that it ranks in the first rounds only. */
  slow?: boolean;
  /** No ratio needs it: in a quick run it ranks once, at the end, where time is left. */
  extra?: boolean;
  /** Ranks passages of one length too, for the plot of how cost grows with length. */
  growth?: boolean;
  /** Left out of quick runs. */
  fullOnly?: boolean;
  /** Its scores belong to other rows (packed tokens), so there is nothing to compare. */
  unscored?: boolean;
  /** What its page is told, beside model and threads. */
  open: Omit<OpenOptions, 'model' | 'threads'>;
}

const HUGGING_FACE = { library: '/transformers/transformers.min.js', runtime: '/transformers-runtime/' };
const XENOVA = { library: '/xenova/transformers.min.js', runtime: '/xenova/' };

/** Everyone on WASM, ours first, since the others' scores are compared with it, then those that a ratio needs. */
export const CONTESTANTS: readonly ContestantSpec[] = [
  {
    key: 'ours',
    label: 'browser-reranker',
    page: 'ours',
    scenario: 'isolated',
    growth: true,
    open: { mode: '' },
  },
  {
    key: 'transformersRecipe',
    label: 'Transformers.js 4, as documented',
    page: 'transformers',
    scenario: 'isolated',
    slow: true,
    open: { mode: 'recipe', ...HUGGING_FACE },
  },
  {
    key: 'transformersSorted',
    label: 'Transformers.js 4, hand-sorted, batches of 32',
    page: 'transformers',
    scenario: 'isolated',
    growth: true,
    open: { mode: 'sorted', ...HUGGING_FACE },
  },
  {
    key: 'rawPacked',
    label: 'onnxruntime-web, packed batches (the limit)',
    page: 'raw',
    scenario: 'isolated',
    unscored: true,
    open: { mode: 'packed' },
  },
  {
    key: 'oursOneWorker',
    label: 'browser-reranker, no isolation, one worker',
    page: 'ours',
    scenario: 'plain',
    open: { mode: '', workers: 1 },
  },
  {
    key: 'oursPool',
    label: 'browser-reranker, no isolation, pool',
    page: 'ours',
    scenario: 'plain',
    open: { mode: '', workers: 'auto' },
  },
  {
    key: 'native',
    label: 'onnxruntime-node, our batches (native)',
    page: 'node',
    scenario: 'isolated',
    extra: true,
    open: { mode: '' },
  },
  {
    key: 'rawPadded',
    label: 'onnxruntime-web, one padded batch',
    page: 'raw',
    scenario: 'isolated',
    slow: true,
    extra: true,
    open: { mode: 'padded' },
  },
  {
    key: 'xenovaRecipe',
    label: '@xenova/transformers 2.17.2, as documented',
    page: 'transformers',
    scenario: 'isolated',
    slow: true,
    extra: true,
    open: { mode: 'recipe', ...XENOVA },
  },
  {
    key: 'transformersRecipePlain',
    label: 'Transformers.js 4, no isolation, as documented',
    page: 'transformers',
    scenario: 'plain',
    slow: true,
    fullOnly: true,
    open: { mode: 'recipe', ...HUGGING_FACE },
  },
];

const GPU = { device: 'webgpu', dtype: 'int8', ...HUGGING_FACE } as const;

/** On WebGPU, beside ours on WASM, whose scores count. */
export const GPU_CONTESTANTS: readonly ContestantSpec[] = [
  ...CONTESTANTS.filter(({ key }) => key === 'ours'),
  {
    key: 'oursWebgpu',
    label: 'browser-reranker, WebGPU',
    page: 'ours',
    scenario: 'isolated',
    open: { mode: '', device: 'webgpu', dtype: 'w8' },
  },
  {
    key: 'transformersSortedWebgpu',
    label: 'Transformers.js 4, WebGPU, hand-sorted, batches of 32',
    page: 'transformers',
    scenario: 'isolated',
    open: { mode: 'sorted', ...GPU },
  },
  {
    key: 'transformersRecipeWebgpu',
    label: 'Transformers.js 4, WebGPU, as documented',
    page: 'transformers',
    scenario: 'isolated',
    open: { mode: 'recipe', ...GPU },
  },
];

/** A contestant's name in tables. */
export function labelOf(key: string): string {
  return [...CONTESTANTS, ...GPU_CONTESTANTS].find((spec) => spec.key === key)?.label ?? key;
}
