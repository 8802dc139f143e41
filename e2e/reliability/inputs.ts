/** An argument of the wrong kind, as the call's source; every one must be refused as `invalid-input`. */
export interface WrongInput {
  /** The call, as a page writes it. */
  call: string;
  /** What it must come to. @default 'invalid-input' */
  saw?: string;
}

const rank = (options: string): WrongInput => ({ call: `reranker.rank('q', ['a'], ${options})` });
const create = (options: string, saw?: string): WrongInput => ({
  call: `createReranker(${options})`,
  ...(saw === undefined ? {} : { saw }),
});

/** Wrong queries, documents, pairs and options. */
export const INPUTS: WrongInput[] = [
  ...['undefined', 'null', '3', '["q"]', "Symbol('q')", '10n'].map((query) => ({
    call: `reranker.rank(${query}, ['a'])`,
  })),
  ...[
    'undefined',
    'null',
    "'a'",
    '{}',
    '[3]',
    '[null]',
    "[{ title: 'a' }]",
    '[{ text: 3 }]',
    'new Array(3)',
    "['a', , 'b']",
    "new Map([['a', 'b']])",
  ].map((documents) => ({ call: `reranker.rank('q', ${documents})` })),
  ...['undefined', '[[]]', "[['q']]", "[['q', 3]]", "[['q', 'p', 'x']]", '[null]', "['qp']"].map((pairs) => ({
    call: `reranker.predict(${pairs})`,
  })),
  rank('null'),
  rank('3'),
  rank('{ topK: 0 }'),
  rank('{ topK: -1 }'),
  rank('{ topK: 1.5 }'),
  rank('{ topK: NaN }'),
  rank("{ topK: '3' }"),
  rank('{ topk: 3 }'),
  rank("{ depth: 'deep' }"),
  rank("{ activation: 'softmax' }"),
  rank("{ overflow: 'cut' }"),
  rank('{ windowOverlap: 1 }'),
  rank('{ signal: {} }'),
  rank('{ onPartial: 3 }'),
  rank('{ prompt: 3 }'),
  create('null'),
  create('{ maxLength: 0 }'),
  create('{ maxLength: 3, model, device }'),
  create('{ maxLength: NaN }'),
  create('{ maxLength: 100_000, model, device }'),
  create('{ timeout: 0 }'),
  create('{ timeout: NaN }'),
  create('{ timeout: 2 ** 31 }'),
  create('{ retries: NaN }'),
  create('{ retries: -1 }'),
  create('{ workers: 1_000 }'),
  create('{ threads: 0 }'),
  create('{ idleTimeout: -1 }'),
  create('{ keptPassageBytes: 1.5 }'),
  create("{ device: 'gpu' }"),
  create("{ dtype: 'int4' }"),
  create("{ modelsUrl: 'http://' , model: 'minilm-l6-rerank-en' }"),
  create("{ hubHost: 'huggingface.co' }"),
  create('{ signal: new AbortController() }'),
  create("{ modell: '/x' }"),
  create("{ model: 'no such model' }", 'unknown-model'),
];
