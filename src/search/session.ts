import { throwIfAborted } from '../errors.js';
import { fail, FLAG, FUNCTION, readOptions, type Kind, type Kinds } from '../kinds.js';
import { REORDER, SOURCE } from './options.js';
import { pause } from './patience.js';
import { searchRelaxed } from './relax.js';
import { Reordering } from './reordering.js';
import type { SearchSession, SearchSessionOptions, SearchSnapshot } from './session-types.js';
import { Store } from './store.js';

const DEBOUNCE = 200;

/** A wait, or none. */
const WAIT: Kind = {
  is: (value) => typeof value === 'number' && value >= 0 && value <= 60_000,
  expected: 'milliseconds from 0 to 60,000',
};

const KINDS: Kinds<SearchSessionOptions<unknown>> = {
  ...REORDER,
  search: FUNCTION,
  reranker: SOURCE,
  when: FUNCTION,
  debounce: WAIT,
  searchDebounce: WAIT,
  partial: FLAG,
  relax: FLAG,
};

/**
 * Makes a search for a box that is typed into. The keyword results are there at once; when the visitor pauses, the first of them are
 * re-ranked. The latest query wins: a new one ends what is under way for the one before, at most one ranking runs at a time, and a
 * snapshot never mixes two queries. A reranker that fails or is slower than `patience` leaves the keyword order.
 *
 * @throws RerankError `invalid-input` naming the first wrong option
 * @example
 * const session = createSearchSession({
 *   search: (query) => index.search(query),
 *   reranker: () => createReranker(),
 *   text: (hit) => hit.body,
 * });
 * input.addEventListener('focus', () => session.prepare());
 * input.addEventListener('input', () => session.setQuery(input.value));
 * session.subscribe(({ results }) => show(results));
 */
export function createSearchSession<Hit>(options: SearchSessionOptions<Hit>): SearchSession<Hit> {
  const read = readOptions('createSearchSession', options, KINDS as Kinds<SearchSessionOptions<Hit>>);
  if (read.search === undefined) fail('search', undefined, FUNCTION.expected);
  const session = new Session(read);
  // Frameworks and event listeners take functions off the object, so none may need its `this`.
  return {
    setQuery: (query) => void session.search(query).catch(() => undefined),
    search: (query) => session.search(query),
    refresh: () => session.refresh(),
    prepare: () => session.prepare(),
    subscribe: (listener) => session.store.subscribe(listener),
    getSnapshot: () => session.store.state,
    dispose: () => session.dispose(),
  };
}

class Session<Hit> {
  readonly store = new Store<SearchSnapshot<Hit>>({
    query: '',
    asked: '',
    searched: '',
    results: [],
    order: 'keyword',
    status: 'idle',
    problem: undefined,
    error: undefined,
  });
  readonly #reordering: Reordering<Hit>;
  #turn = new AbortController();
  #answer: Promise<SearchSnapshot<Hit>> | undefined;

  constructor(private readonly options: SearchSessionOptions<Hit>) {
    this.#reordering = new Reordering(options.reranker, options, true);
  }

  search(query: string): Promise<SearchSnapshot<Hit>> {
    if (typeof query !== 'string') fail('query', query, 'a string');
    return this.#answer && query === this.store.state.asked ? this.#answer : this.#begin(query);
  }

  refresh(): void {
    this.#begin(this.store.state.asked).catch(() => undefined);
  }

  prepare(): void {
    this.#reordering.prepare();
  }

  dispose(): void {
    this.#turn.abort();
    this.#answer = undefined;
    this.store.clear();
    this.store.update({ asked: this.store.state.query, status: 'idle' });
  }

  #begin(query: string): Promise<SearchSnapshot<Hit>> {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    const answer = this.#run(query, turn.signal);
    if (this.#turn === turn) this.#answer = answer; // else a listener has asked for another query meanwhile
    answer.catch(() => {
      if (this.#answer === answer) this.#answer = undefined; // the same query may be tried again
    });
    return answer;
  }

  async #run(query: string, signal: AbortSignal): Promise<SearchSnapshot<Hit>> {
    const { topK, debounce = DEBOUNCE, partial = false } = this.options;
    this.#show(signal, { asked: query, status: 'searching', error: undefined });
    const { hits, searched, mayRank } = await this.#find(query, signal);
    throwIfAborted(signal);
    const status = mayRank ? 'waiting' : 'idle';
    this.#show(signal, { query, searched, results: hits.slice(0, topK), order: 'keyword', status });
    if (!mayRank) return this.store.state;
    if (debounce > 0) await pause(debounce, signal);
    const ordered = await this.#reordering.order(query, hits, {
      signal,
      onReady: () => this.#show(signal, { status: 'ranking' }),
      onPartial: partial ? (results) => this.#show(signal, { results, order: 'partial' }) : undefined,
    });
    const { problem } = this.#reordering;
    this.#show(signal, { ...(ordered && { results: ordered, order: 'reranked' }), status: 'idle', problem });
    return this.store.state;
  }

  /** What the site's own search finds; also when its order may be changed, which is the first reason to load a reranker. */
  async #find(query: string, signal: AbortSignal) {
    const { search, when = () => true, searchDebounce = 0, relax = false } = this.options;
    try {
      const mayRank = query.trim() !== '' && when(query);
      if (mayRank) this.prepare();
      if (searchDebounce > 0) await pause(searchDebounce, signal);
      const words = (asked: string) => search(asked, { signal });
      const found = relax
        ? await searchRelaxed(query, words, signal)
        : { hits: await words(query), searched: query };
      return { ...found, mayRank };
    } catch (error) {
      this.#show(signal, { status: 'idle', error });
      throw error;
    }
  }

  /** Nothing of a query is shown once a newer one has come. @throws an `AbortError` then */
  #show(signal: AbortSignal, change: Partial<SearchSnapshot<Hit>>): void {
    throwIfAborted(signal);
    this.store.update(change);
    throwIfAborted(signal); // a listener may have asked for another query
  }
}
