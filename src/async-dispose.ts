/** The key that `await using` looks for. Where an engine has none yet, it is the one that esbuild's `using` falls back to. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  // Older engines have no such symbol, whatever the types say; one of the registry stands in for it there.
  (Symbol as { asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);
