// The import rules of docs/DESIGN.md. Every rule is an error; type-only imports count unless a rule exempts them.

const tests = '\\.test\\.ts$|^src/testing/';

/** A rule: files matching `from` must not import files matching `to`. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A package that only the files matching `allowed` may import, in at most `most` files. */
const confined = (name, pkg, allowed, most) => [
  forbid(
    `${name}-place`,
    `${name} is imported only in ${allowed}`,
    { path: '^src/', pathNot: [allowed, tests] },
    { path: pkg },
  ),
  {
    name: `${name}-count`,
    comment: `${name} is imported in at most ${most} file(s)`,
    severity: 'error',
    module: { path: pkg, numberOfDependentsMoreThan: most },
    from: { path: '^src/', pathNot: tests },
  },
];

module.exports = {
  forbidden: [
    forbid('no-circular', 'no circles, not even of types', {}, { circular: true }),
    forbid('no-unresolved', 'every import resolves', {}, { couldNotResolve: true }),
    forbid(
      'leaves',
      'types import nothing but each other',
      { path: '^src/types(/|\\.ts$)' },
      { path: '.', pathNot: '^src/types/' },
    ),
    forbid('errors-leaf', 'errors.ts imports nothing', { path: '^src/errors\\.ts$' }, { path: '.' }),
    forbid(
      'types-by-one-door',
      'everything but types.ts itself takes types from types.ts',
      { path: '.', pathNot: '^src/types(/|\\.ts$)' },
      { path: '^src/types/' },
    ),
    forbid(
      'protocol-leaf',
      'protocol imports only types and errors',
      { path: '^src/protocol\\.ts$' },
      { pathNot: '^src/(types|errors)\\.ts$' },
    ),
    forbid(
      'page-not-worker',
      "the page's side imports worker code as types only",
      { path: '^src/', pathNot: ['^src/worker/', '^src/node/thread\\.ts$', tests] },
      { path: '^src/worker/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'worker-not-page',
      "the worker's side never imports the page's",
      { path: '^src/worker/', pathNot: tests },
      {
        path: '^src/((index|reranker|pooled-reranker|loading|environment)\\.ts|bridge/|cli/|node/|evaluation/|adapters/|drop-in/)',
      },
    ),
    forbid(
      'worker-order',
      'session, tokenizer and batches do not reach up to engine, service or entry',
      { path: '^src/worker/(session|(text-)?tokenizer.*|added-.*|template|tokens/.*|batches)\\.ts$' },
      { path: '^src/worker/(engine|service|serve|entry)' },
    ),
    forbid(
      'entry-is-a-root',
      'nothing imports a worker entry',
      { path: '^src/', pathNot: '^src/worker/entry' },
      { path: '^src/worker/entry' },
    ),
    forbid(
      'bridge-below-reranker',
      'the bridge does not reach up to the facade, nor sideways',
      { path: '^src/bridge/', pathNot: tests },
      {
        path: '^src/((index|reranker|pooled-reranker|loading|environment)\\.ts|cli/|node/|evaluation/|adapters/|drop-in/)',
      },
    ),
    forbid(
      'small-steps',
      'backend, model and ranking are small steps: they know neither the bridge nor the facade',
      { path: '^src/(backend|model|ranking)/', pathNot: tests },
      {
        path: '^src/((index|reranker|pooled-reranker|loading|environment)\\.ts|bridge/|worker/|cli/|node/|evaluation/|adapters/|drop-in/)',
      },
    ),
    forbid(
      'index-is-a-root',
      'only roots import the public index',
      { path: '^src/', pathNot: ['^src/(cli|drop-in)/', tests] },
      { path: '^src/index\\.ts$' },
    ),
    forbid(
      'facade-above',
      'only the index, the terminal and the script tag import the facade',
      {
        path: '^src/',
        pathNot: ['^src/(index|reranker|without-exports)\\.ts$', '^src/(cli|node|drop-in)/', tests],
      },
      { path: '^src/(reranker|pooled-reranker)\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'adapters-thin',
      'within the package, adapters know the search, types and errors',
      { path: '^src/adapters/', pathNot: tests },
      { path: '^src/', pathNot: '^src/(search/|adapters/|types|errors\\.ts|kinds\\.ts)' },
    ),
    forbid(
      'search-thin',
      'the search for any engine knows types, errors and the kinds of options, and no engine',
      { path: '^src/search/', pathNot: tests },
      { pathNot: '^src/(search/|types|errors\\.ts|kinds\\.ts)' },
    ),
    forbid(
      'remote-apart',
      'a remote reranker knows what callers pass in, the pure steps of a ranking and of an answer, and no engine',
      { path: '^src/remote/', pathNot: tests },
      {
        path: '^src/',
        pathNot:
          '^src/(remote/|ranking/|types|(errors|kinds|input|async-dispose)\\.ts|model/(answer|time-limit)\\.ts)',
      },
    ),
    forbid(
      'evaluation-apart',
      'evaluation stands beside the reranker and knows it by its types, by what a document is, and how blending orders',
      { path: '^src/evaluation/', pathNot: tests },
      {
        path: '^src/',
        pathNot: '^src/(evaluation/|ranking/blend\\.ts|(types|errors|document-text)\\.ts)',
        dependencyTypesNot: ['type-only'],
      },
    ),
    ...confined(
      'onnxruntime-web',
      'node_modules/onnxruntime-(web|common)',
      '^src/(worker/(session|entry-[^/]*)|node/thread)\\.ts$',
      5,
    ),
    forbid(
      'tokens-apart',
      'the steps of tokenising know each other and errors only',
      { path: '^src/worker/tokens/', pathNot: tests },
      { path: '.', pathNot: '^src/(worker/tokens/|errors\\.ts)' },
    ),
    ...confined('comlink', 'node_modules/comlink', '^src/(bridge/connection|worker/serve)\\.ts$', 2),
    forbid(
      'no-dev-dependency',
      'what is published uses runtime dependencies and Node only',
      { path: '^src/', pathNot: [tests, '^src/drop-in/'] },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'npm-peer', 'npm-optional'],
      },
    ),
    forbid(
      'no-node-in-the-page',
      "Node's modules are for the terminal, for Node's own entry and for the plugin",
      { path: '^src/', pathNot: ['^src/(cli|node|vite|evaluation)/', tests] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'src-stands-alone',
      'src imports nothing from the folders around it',
      { path: '^src/', pathNot: tests },
      { path: '^(e2e|scripts|demo|bench|training)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|bench/local)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
