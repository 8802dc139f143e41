import { RerankError } from '../errors.js';
import {
  fail,
  FLAG,
  FUNCTION,
  MILLISECONDS,
  oneOf,
  readOptions,
  TEXT,
  TEXTS_BY_NAME,
  wholeNumber,
  type Kinds,
} from '../kinds.js';
import { ACTIVATIONS } from '../ranking/activation.js';
import type { Activation } from '../types.js';
import type { Endpoint } from './request.js';
import type { Shape } from './shape.js';
import { SHAPES, type RemoteApi } from './shapes.js';

/** Options of {@link createRemoteReranker}. */
export interface RemoteOptions {
  /**
   * The server: its endpoint (`https://example.org/api/rerank`), or the host alone (`http://localhost:8080`), to which the API's usual
   * path is added. On a page it may be relative to the page.
   */
  url: string;
  /** What the server speaks. Servers that imitate another's API (vLLM, Infinity, LiteLLM) take the name of that one. */
  api: RemoteApi;
  /**
   * The model that the server is to use; required by Cohere, Jina and Voyage.
   * @default none: the server uses its own, as text-embeddings-inference and llama.cpp do
   */
  model?: string | undefined;
  /**
   * Headers for every request, such as `{ authorization: 'Bearer …' }`. **Whatever a page sends can be read by its visitors: a key here
   * is public.** Let a server of your own add it, and name that server as `url`.
   * @default none
   */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Milliseconds that each try of a request may take; `Infinity`: no limit.
   * @default 30,000
   */
  timeout?: number | undefined;
  /**
   * Tries after the first when the network fails or the server answers 408, 425, 429, 500, 502, 503 or 504, 0 to 100. Between two tries
   * .5, 1, 2 … seconds pass, or what the server's Retry-After says, up to a minute; a server that wants more is an error at once.
   * @default 2
   */
  retries?: number | undefined;
  /**
   * Most texts in one request. A batch that is too large for the server (413, 422) goes again in halves, which costs requests.
   * @default 32 for text-embeddings-inference (its own limit by default), 100 for llama.cpp, 1,000 else
   */
  batchSize?: number | undefined;
  /**
   * Requests of one call that are under way at the same time, 1 to 64.
   * @default 4
   */
  concurrency?: number | undefined;
  /**
   * Whether the server's scores are raw logits. `predict` and the option `activation` need them and are refused without.
   * text-embeddings-inference gives what it is asked for. Of the others nobody but you can know: llama.cpp gives logits of models with
   * one label (bge-reranker, ms-marco), and probabilities of Qwen3's rerankers.
   * @default true for text-embeddings-inference, false else
   */
  rawScores?: boolean | undefined;
  /**
   * What `rank` does to raw scores unless its own option says otherwise; only with raw scores.
   * @default what gives the scores that the server would give by itself: `sigmoid` for text-embeddings-inference, `identity` else
   */
  activation?: Activation | undefined;
  /**
   * Used for every request, so that an app can sign it or count it.
   * @default `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined;
}

/** What a remote reranker works with. */
export interface Settings {
  readonly shape: Shape;
  readonly endpoint: Endpoint;
  readonly model: string | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly rawScores: boolean;
  readonly activation: Activation;
}

const KINDS: Kinds<RemoteOptions> = {
  url: TEXT,
  api: oneOf(...Object.keys(SHAPES)),
  model: TEXT,
  headers: TEXTS_BY_NAME,
  timeout: MILLISECONDS,
  retries: wholeNumber(0, 100),
  batchSize: wholeNumber(1),
  concurrency: wholeNumber(1, 64),
  rawScores: FLAG,
  activation: oneOf(...ACTIVATIONS),
  fetch: FUNCTION,
};

/** Looked up at each call, so that a `fetch` which the page has replaced meanwhile is the one that is used. */
const fetchNow: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

/** Reads what `createRemoteReranker` is given. @throws RerankError `invalid-input` naming the first wrong option */
export function readRemoteOptions(options: RemoteOptions): Settings {
  const read: Partial<RemoteOptions> = readOptions('createRemoteReranker', options, KINDS);
  const { url, api, model, headers = {}, timeout = 30_000, retries = 2, concurrency = 4 } = read;
  if (url === undefined) return fail('url', url, KINDS.url.expected);
  if (api === undefined) return fail('api', api, KINDS.api.expected);
  const shape = SHAPES[api];
  if (shape.needsModel && model === undefined)
    fail('model', model, `the name of a model: ${api} requires it`);
  const { batchSize = shape.batchSize, rawScores = shape.givesRaw } = read;
  const { activation = shape.givesRaw && rawScores ? 'sigmoid' : 'identity' } = read;
  if (read.activation !== undefined && !rawScores)
    fail('activation', activation, 'none, since the server gives no raw scores (see rawScores)');
  const endpoint = {
    url: readUrl(url, shape.path),
    headers: readHeaders(headers),
    fetch: read.fetch ?? fetchNow,
    timeout,
    retries,
    retryDelay: 500,
  };
  return { shape, endpoint, model, batchSize, concurrency, rawScores, activation };
}

function readUrl(text: string, path: string): string {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  const base = document?.baseURI ?? location?.href;
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const fits = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!fits)
    return fail('url', text, 'a URL as http://localhost:8080 (a key or password belongs into headers)');
  if (url.pathname === '/') url.pathname = path;
  return url.href;
}

function readHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(headers);
  } catch (cause) {
    // The cause may repeat the value, which is a secret: its name is enough.
    const names = Object.keys(headers).join(', ');
    throw new RerankError(
      'invalid-input',
      `headers (${names}) cannot be sent: a name or a value has a character that HTTP does not allow.`,
      { cause: new Error(cause instanceof Error ? cause.name : 'unknown') },
    );
  }
}
