import { messageOf } from '../errors.js';
import type { PagefindAnswer, PagefindSearchOptions } from '../adapters/pagefind-answer.js';
import type { PagefindPage } from '../adapters/pagefind-text.js';

/** A result as Pagefind's worker sends it: its page is fetched by name. */
interface SentResult {
  id: string;
  score?: number;
  data: string;
}

/** What Pagefind's worker sends for a search. */
interface SentAnswer {
  results: SentResult[];
}

/** A search that Pagefind's worker has answered. */
export interface WorkerSearch {
  /** What was searched for. */
  term: string | null;
  /** The options of the search. */
  options: PagefindSearchOptions | undefined;
  /** The answer, with pages that can be fetched. */
  answer: PagefindAnswer;
  /** Searches for other words, with the same options. */
  search: (words: string) => Promise<PagefindAnswer>;
}

/** Gives the answer that the page gets. What it throws leaves the worker's own. */
export type WorkerAnswer = (search: WorkerSearch) => Promise<PagefindAnswer>;

/** Told what the owner of the site should know. */
type Tell = (message: string) => void;

/** Who is asked now; the workers stay when the tag is detached and attached again. */
let current: { answer: WorkerAnswer; tell: Tell } | undefined;

/** Whether one was met on this page. */
let met = false;

const PAGEFIND_WORKER = /(^|\/)pagefind-worker\.js([?#]|$)/u;

/**
 * Puts itself between pages and Pagefind's worker (1.5 and newer), which all of Pagefind's surfaces search through, in whatever way the
 * page loads them. Messages that are not known pass as they are.
 *
 * @param answer - what becomes of the answers
 * @returns a function that ends it, for workers that are there already, too
 */
export function watchPagefindWorkers(answer: WorkerAnswer, tell: Tell): () => void {
  const original = globalThis.Worker;
  const watching = new Proxy(original, {
    construct(target, args: ConstructorParameters<typeof Worker>, newTarget: typeof Worker) {
      const isPagefind = PAGEFIND_WORKER.test(String(args[0]));
      try {
        const worker = Reflect.construct(target, args, newTarget);
        if (isPagefind) tap(worker);
        return worker;
      } catch (error) {
        if (isPagefind) tell(`Pagefind cannot start its worker here (${String(error)}).`);
        throw error;
      }
    },
  });
  globalThis.Worker = watching;
  const watcher = (current = { answer, tell });
  if (!met && performance.getEntriesByType('resource').some(({ name }) => PAGEFIND_WORKER.test(name))) {
    tell(
      'Pagefind was started before this script: put the tag of browser-reranker in front of the search’s own.',
    );
  }
  return () => {
    if (current === watcher) current = undefined;
    if (globalThis.Worker === watching) globalThis.Worker = original;
  };
}

/** A message of Pagefind's page to its worker. */
interface Request {
  id: string;
  instanceId?: string;
  method: string;
  args: unknown[];
}

let calls = 0;

function tap(worker: Worker): void {
  met = true;
  const post = worker.postMessage.bind(worker);
  const listen = worker.addEventListener.bind(worker);
  const searches = new Map<string, Request>();

  worker.postMessage = (message: unknown, ...rest: unknown[]) => {
    if (isRequest(message) && /^(search|debouncedSearch)$/u.test(message.method))
      searches.set(message.id, message);
    Reflect.apply(post, worker, [message, ...rest]);
  };

  /** Asks the worker something of our own; Pagefind's page does not know the number, and passes over the answer. */
  const call = (request: Request, method: string, args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      const id = `browser-reranker-${++calls}`;
      const heard = new AbortController();
      const onMessage = ({ data }: MessageEvent<unknown>) => {
        if (!isReply(data) || data.id !== id) return;
        heard.abort();
        if (data.error === undefined) resolve(data.result);
        else reject(new Error(messageOf(data.error)));
      };
      listen('message', onMessage as EventListener, { signal: heard.signal });
      listen('error', () => reject(new Error('Pagefind’s worker ended.')), { signal: heard.signal });
      post({ ...request, id, method, args });
    });

  /** What was sent, by the result that stands for it. */
  const sent = new WeakMap<object, SentResult>();
  const receive = (request: Request, { results, ...rest }: SentAnswer): PagefindAnswer => ({
    ...rest,
    results: results.map((result) => {
      const { data: name, ...shown } = result;
      const data = () => call(request, 'getData', [name]) as Promise<PagefindPage>; // as the worker's own types say
      const received = { ...shown, data };
      sent.set(received, result);
      return received;
    }),
  });

  const intercept = async (request: Request, given: SentAnswer): Promise<unknown> => {
    const [term, options] = request.args as [string | null, PagefindSearchOptions | undefined];
    const found: SentResult[] = [];
    const search = async (words: string) => {
      const reply = await call(request, 'search', [words, options]);
      if (!isAnswer(reply)) throw new Error('Pagefind’s worker gave another kind of answer.');
      found.push(...reply.results);
      return receive(request, reply);
    };
    const own = receive(request, given);
    const chosen = (await current?.answer({ term, options, answer: own, search })) ?? own;
    const results = chosen.results.map((result) => sent.get(result) ?? result);
    // The page lets go of what it was given; the rest it never sees.
    for (const { data } of found.filter((each) => !results.includes(each))) {
      void call(request, 'releaseData', [data]).catch(() => undefined);
    }
    return { ...given, results };
  };

  const wrap = (listener: EventListenerOrEventListenerObject) => (event: Event) => {
    const pass = (heard: Event) =>
      typeof listener === 'function' ? listener.call(worker, heard) : listener.handleEvent(heard);
    const { data } = event as MessageEvent<unknown>;
    const request = isReply(data) ? searches.get(data.id) : undefined;
    if (!isReply(data) || !request) return pass(event);
    searches.delete(data.id);
    if (!isAnswer(data.result)) {
      // A debounced search that another came after has no answer, and a failed one has an error.
      if (data.result != null)
        current?.tell('This Pagefind answers in a way that is not known here (1.5 and 1.6 are).');
      return pass(event);
    }
    intercept(request, data.result).then(
      (result) => pass(new MessageEvent('message', { data: { ...data, result } })),
      () => pass(event),
    );
  };

  worker.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ) => listen(type, type === 'message' ? wrap(listener) : listener, options);
}

function isRequest(value: unknown): value is Request {
  return (
    has(value, 'id', 'string') &&
    has(value, 'method', 'string') &&
    'args' in value &&
    Array.isArray(value.args)
  );
}

function isReply(value: unknown): value is { id: string; result?: unknown; error?: unknown } {
  return has(value, 'id', 'string');
}

function isAnswer(value: unknown): value is SentAnswer {
  if (typeof value !== 'object' || value === null || !('results' in value) || !Array.isArray(value.results))
    return false;
  return value.results.every((result) => has(result, 'id', 'string') && has(result, 'data', 'string'));
}

function has<Key extends string>(value: unknown, key: Key, type: 'string'): value is Record<Key, string> {
  return (
    typeof value === 'object' && value !== null && key in value && typeof Reflect.get(value, key) === type
  );
}
