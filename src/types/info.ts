import type { Device, Dtype } from './choices.js';

/** One try at a backend. */
export interface Attempt {
  /** Where; `remote` is the server of a remote reranker. */
  device: Device | 'remote';
  /** With which weights; absent where the device itself was missing, and for a remote reranker. */
  dtype?: Dtype;
  /** Whether it serves now. */
  ok: boolean;
  /** Why it does not. */
  reason?: string;
}

/** What was chosen, and why. */
export interface RerankerInfo {
  /** The model as named by its manifest or by the caller. */
  model: string;
  /** The revision whose files are used, where one is known. */
  revision: string | undefined;
  /** Where it runs. With `remote` the texts leave this device: a server scores them. */
  device: Device | 'remote';
  /** The weights in use; undefined for a remote reranker, whose server does not say. */
  dtype: Dtype | undefined;
  /** Threads in each worker; 0 for a remote reranker. */
  threads: number;
  /** Workers that share the batches; 0 for a remote reranker. */
  workers: number;
  /** Most tokens in a pair, special tokens included; undefined for a remote reranker. */
  maxLength: number | undefined;
  /** Most tokens that this model can read in a pair: the option `maxLength` may be raised up to it. Undefined for a remote reranker. */
  modelMaxLength: number | undefined;
  /** Parts that the model runs in: 1 for a plain model, more where its manifest says where it may be cut. */
  stages: number;
  /** Every backend that was tried or passed over, in order, with the reason each failed. */
  attempts: Attempt[];
  /** Every file that was read, in the order in which they were complete. */
  files: { file: string; bytes: number; fromCache: boolean }[];
  /** Why the reranker of the option `fallback` serves in place of a local one; absent where it does not. */
  fallbackReason?: string;
}
