/**
 * Where the models of this package are served, when a build tool knows: the plugin of `browser-reranker/vite` puts its own
 * text in the place of this file. Undefined without one.
 */
export const SERVED_MODELS = undefined as string | undefined;
