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
  | 'transformersRecipePlain';

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
  /** So slow that it ranks in the first rounds only. */
  slow?: boolean;
  /** No ratio needs it: in a quick run it ranks once, at the end, where time is left. */
  extra?: boolean;
  /** Left out of quick runs. */
  fullOnly?: boolean;
  /** Its scores belong to other rows (packed tokens), so there is nothing to compare. */
  unscored?: boolean;
  /** What its page is told, beside model and threads. */
  open: Omit<OpenOptions, 'model' | 'threads'>;
}

const HUGGING_FACE = { library: '/transformers/transformers.min.js', runtime: '/transformers-runtime/' };
const XENOVA = { library: '/xenova/transformers.min.js', runtime: '/xenova/' };

/** Everyone, ours first: the others' scores are compared with it. */
export const CONTESTANTS: readonly ContestantSpec[] = [
  { key: 'ours', label: 'browser-reranker', page: 'ours', scenario: 'isolated', open: { mode: '' } },
  {
    key: 'transformersSorted',
    label: 'Transformers.js 4, hand-sorted, batches of 32',
    page: 'transformers',
    scenario: 'isolated',
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
    key: 'transformersRecipe',
    label: 'Transformers.js 4, as documented',
    page: 'transformers',
    scenario: 'isolated',
    slow: true,
    open: { mode: 'recipe', ...HUGGING_FACE },
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
    key: 'native',
    label: 'onnxruntime-node, our batches (native)',
    page: 'node',
    scenario: 'isolated',
    open: { mode: '' },
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
    key: 'transformersRecipePlain',
    label: 'Transformers.js 4, no isolation, as documented',
    page: 'transformers',
    scenario: 'plain',
    slow: true,
    fullOnly: true,
    open: { mode: 'recipe', ...HUGGING_FACE },
  },
];
