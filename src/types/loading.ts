import type { Device, Dtype, Runtime } from './choices.js';
import type { RerankerInfo } from './info.js';
import type { RerankerSource } from './reranker.js';

/** News from {@link createReranker} while it loads. */
export type LoadProgress =
  | {
      /** Bytes have come in. */
      status: 'download';
      /** The file, relative to the model's folder. */
      file: string;
      /** Bytes of this file so far. */
      loaded: number;
      /** Bytes of this file, where the host or the manifest says. */
      total: number | undefined;
      /** True when it comes from the cache, not from the network. */
      fromCache: boolean;
      /** Bytes so far over all files that were begun. */
      loadedOverall: number;
      /** Bytes of all those files; undefined until the weights have begun and each size is known. */
      totalOverall: number | undefined;
    }
  | {
      /** The model is being opened on a backend. */
      status: 'open';
      /** Where. */
      device: Device;
      /** With which weights. */
      dtype: Dtype;
    }
  | {
      /** The self-check has passed. */
      status: 'ready';
      /** What was chosen. */
      info: RerankerInfo;
    };

/** Options of {@link createReranker}. Every one has a safe default. */
export interface RerankerOptions {
  /**
   * A catalogue name (`ms-marco-MiniLM-L6-v2`, `minilm-l6-rerank-en`, …), a Hub id (`owner/name`), or the URL of a
   * folder in the Hub's layout (absolute, or starting with `/` or `.`). Default `ms-marco-MiniLM-L6-v2`, from the Hub.
   */
  model?: string | undefined;
  /** Where to run. Default `auto`: WebGPU where a real adapter is there, else WASM. A forced device never falls back. */
  device?: Device | 'auto' | undefined;
  /** Which weights. Default `auto`: the best that the device runs right. */
  dtype?: Dtype | 'auto' | undefined;
  /** Path of the weights in the model's folder; where the name is none in use on the Hub, `dtype` must tell how they are stored. */
  file?: string | undefined;
  /** Of several logits a pair the one that ranks, as number or name (`id2label`); scored by log-odds, whose sigmoid is the softmax. */
  label?: number | string | undefined;
  /** Threads for WASM, 1 to 64; more than one needs a cross-origin isolated page. Default `auto`. */
  threads?: number | 'auto' | undefined;
  /** Workers that share the batches, 1 to 64. Default `auto`: a few on WASM pages that are not isolated, else one. */
  workers?: number | 'auto' | undefined;
  /**
   * Most tokens in a pair, special tokens included: a whole number, enough for the special tokens and one token of each
   * text (5 for BERT), and no more than the model can read (`info.modelMaxLength`).
   * @default what the model's files say, but no more than 512: a single pair of 8,192 tokens needs gigabytes on WASM
   */
  maxLength?: number | undefined;
  /**
   * Texts that may be put in front of queries, by name (`promptName`); one of the model's own by the same name is replaced.
   * @default those in the model's config_sentence_transformers.json
   */
  prompts?: Readonly<Record<string, string>> | undefined;
  /**
   * Name of the prompt that every call uses unless it states `prompt` or `promptName`.
   * @default what config_sentence_transformers.json says (`default_prompt_name`), else none
   */
  defaultPromptName?: string | undefined;
  /** Tokens in a batch, padding included. Default: chosen for the device. */
  batchTokens?: number | undefined;
  /**
   * Memory for the states of passages, over all workers, in bytes; least recently used first out. A later query over the
   * same passages then pays for itself and the upper layers only, with the same scores. Only for models with stages;
   * 0 keeps nothing. Default 64 MiB, some 500 passages of 90 tokens in a model 384 wide.
   */
  keptPassageBytes?: number | undefined;
  /** Cancels loading: the promise rejects at once with an `AbortError`, whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called while files come in and backends are tried. */
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Keep files in Cache Storage. Default true; a full or missing cache is not an error. */
  cache?: boolean | undefined;
  /** The Hub or a mirror of it. Default `https://huggingface.co`. */
  hubHost?: string | undefined;
  /** Branch, tag or commit on the Hub. Default: the catalogue's pin, else `main`. */
  revision?: string | undefined;
  /**
   * A folder with all that this package needs at run time, as `npx browser-reranker assets DIR` writes it: self-contained
   * workers, `runtime/` and `models/`. For bundlers that find no workers by themselves (esbuild, Rollup, Parcel) and for
   * import maps; it may lie on another origin. Start it with a slash, so that it means the same on every route. `createWorker`,
   * `runtimeUrl` and `modelsUrl` count more where they are given.
   * @default none: workers and runtime are where the bundler put them
   */
  assetsUrl?: string | undefined;
  /**
   * The folder that serves the package's own models.
   * @default what the Vite plugin says, else `models/` beside the page or in a folder above it, nearest first, so that it is found
   *   on every route of an app; name the folder to save the requests for the others
   */
  modelsUrl?: string | undefined;
  /** The folder that serves onnxruntime-web's `.wasm` files. Default: where the bundler put them. */
  runtimeUrl?: string | undefined;
  /** Tries after the first when the network or the host fails, 0 to 100. Default 3. */
  retries?: number | undefined;
  /**
   * Milliseconds without an answer or a byte after which a download counts as broken and is tried again, as after any
   * failure of the network (see `retries`); `Infinity`: never. Default 30,000.
   */
  stallTimeout?: number | undefined;
  /** Used for every file, so that a page can add headers. Default `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * Starts the worker, for bundlers or policies that need their own way. Default: the package's own worker, by its own
   * Trusted Types policy (`browser-reranker`) where the browser knows them.
   */
  createWorker?: ((runtime: Runtime) => Worker) | undefined;
  /**
   * Milliseconds each step of a worker may take: its code, its runtime (both with their download), opening the model
   * (downloads not counted), and each batch, the first one with the tokenising of its passages. `Infinity`: no limit.
   * @default 120,000
   */
  timeout?: number | undefined;
  /**
   * Milliseconds without a call after which the workers are ended and their memory is free. The next call opens them
   * again, with the files from the cache, and waits for it. Default `Infinity`: never.
   */
  idleTimeout?: number | undefined;
  /**
   * A reranker that serves where no local one can: where this device has too little memory for the model by what the browser admits
   * (`info.fallbackReason` says so), or where loading failed. Nothing is sent to it otherwise. With a remote one the queries and
   * documents then leave this device, so this is only ever done when it is asked for here. A mistake in the options, an unknown
   * model and a cancellation are thrown as without it. What a function made here is disposed with the reranker; one that was given
   * is the caller's to dispose.
   * @default none: loading then fails with the error of what went wrong
   */
  fallback?: RerankerSource | undefined;
}
