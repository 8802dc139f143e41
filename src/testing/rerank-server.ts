import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RemoteApi } from '../remote/index.js';

/** What a server does wrong, once. */
export type RemoteFault =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Scores computed by the test, in place of the right ones: the list as it is sent. */
  | { list: unknown }
  | 'hang'
  | 'reset';

/** One request as it came in. */
export interface RemoteRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The JSON that was sent; an empty object where there was none. */
  body: Record<string, unknown>;
}

/** How a server is set up. */
export interface RerankServerOptions {
  api: RemoteApi;
  /** Most texts in a request; more are refused as the real one refuses them. */
  limit?: number;
  /** What `authorization` must be. */
  key?: string;
  /** The origin that CORS allows; none without this. */
  origin?: string;
  /** Milliseconds before each answer. */
  delay?: number;
}

/** A server that runs. */
export interface RerankServer {
  /** `http://localhost:port`. */
  url: string;
  /** Requests so far. */
  requests: RemoteRequest[];
  /** What the next requests meet, first come first served. */
  faults: RemoteFault[];
  /** Most requests that were under way at once. */
  mostAtOnce: number;
  close: () => Promise<void>;
}

/** The logit that every server here gives: longer texts are better, and the query counts a little. */
export const logitOf = (query: string, text: string): number => text.length / 10 - 3 + query.length / 100;

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

const PATHS: Readonly<Record<RemoteApi, readonly string[]>> = {
  tei: ['/rerank'],
  cohere: ['/v2/rerank', '/v1/rerank'],
  jina: ['/v1/rerank'],
  voyage: ['/v1/rerank'],
  'llama.cpp': ['/rerank', '/reranking', '/v1/rerank', '/v1/reranking'],
};

/** Starts a server that speaks an API as its maker documents it: requests, answers, and what it says to wrong ones. */
export async function startRerankServer(options: RerankServerOptions): Promise<RerankServer> {
  const open = new Set<ServerResponse>();
  const state: RerankServer = { url: '', requests: [], faults: [], mostAtOnce: 0, close: () => end() };
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    state.mostAtOnce = Math.max(state.mostAtOnce, open.size);
    void readBody(request).then(async (body) => {
      const { method = '', url = '', headers } = request;
      const received = { method, path: url, headers, body };
      state.requests.push(received);
      if (options.delay) await new Promise((done) => setTimeout(done, options.delay));
      answer(options, state, received, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  state.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const end = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return state;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(
  options: RerankServerOptions,
  state: RerankServer,
  request: RemoteRequest,
  response: ServerResponse,
): void {
  const { api, key, origin } = options;
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    response.setHeader('access-control-expose-headers', 'retry-after');
  }
  if (request.method === 'OPTIONS') return send(origin === undefined ? 404 : 204, '');
  const fault = state.faults.shift();
  if (fault === 'hang') return;
  if (fault === 'reset') return void response.socket?.resetAndDestroy();
  if (fault && 'status' in fault) return send(fault.status, fault.body ?? '', fault.headers);
  if (key !== undefined && request.headers.authorization !== key)
    return send(401, { error: { message: 'Invalid API key', type: 'auth' } });
  if (request.method !== 'POST' || !PATHS[api].includes(request.path))
    return send(404, { message: 'no such path' });
  const refusal = refuse(options, request.body);
  if (refusal) return send(refusal.status, refusal.body);
  send(200, wrap(api, request.body, fault ? fault.list : scoresOf(api, request.body)));
}

function textsOf(api: RemoteApi, body: Record<string, unknown>): string[] {
  return (api === 'tei' ? body.texts : body.documents) as string[];
}

/** How the real ones refuse. */
function refuse({ api, limit = Infinity }: RerankServerOptions, body: Record<string, unknown>) {
  const texts = textsOf(api, body);
  if (!Array.isArray(texts) || texts.length === 0 || typeof body.query !== 'string')
    return { status: 400, body: { message: 'query and texts are required' } };
  if (['cohere', 'jina', 'voyage'].includes(api) && typeof body.model !== 'string')
    return { status: 400, body: { detail: 'model is required' } };
  if (texts.length <= limit) return undefined;
  if (api === 'tei') {
    const error = `batch size ${texts.length} > maximum allowed batch size ${limit}`;
    return { status: 413, body: { error, error_type: 'Validation' } };
  }
  return { status: 422, body: { message: `too many documents: at most ${limit}` } };
}

/** The scores in the API's own words, best first as all of them sort. */
function scoresOf(api: RemoteApi, body: Record<string, unknown>): object[] {
  const raw = api === 'tei' ? body.raw_scores === true : api === 'llama.cpp';
  return textsOf(api, body)
    .map((text, index) => {
      const logit = logitOf(String(body.query), text);
      return { index, value: raw ? logit : sigmoid(logit) };
    })
    .sort((a, b) => b.value - a.value)
    .map(({ index, value }) => (api === 'tei' ? { index, score: value } : { index, relevance_score: value }));
}

function wrap(api: RemoteApi, { model }: Record<string, unknown>, list: unknown): unknown {
  if (api === 'tei') return list;
  if (api === 'voyage') return { object: 'list', data: list, model, usage: { total_tokens: 9 } };
  if (api === 'cohere') return { id: 'a1', results: list, meta: { api_version: { version: '2' } } };
  return { model, object: 'list', usage: { prompt_tokens: 9, total_tokens: 9 }, results: list };
}
