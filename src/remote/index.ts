export { createRemoteReranker } from './remote-reranker.js';
export type { RemoteOptions } from './options.js';
export type { RemoteApi } from './shapes.js';
