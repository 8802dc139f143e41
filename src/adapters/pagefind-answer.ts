import type { PagefindPage } from './pagefind-text.js';

/** Each candidate costs a small download of its page's text. */
export const PAGEFIND_CANDIDATES = 30;

/** One result of a Pagefind search. */
export interface PagefindResult {
  /** Names the page; the same in every search. */
  id: string;
  /** Pagefind's own score. */
  score?: number;
  /** Fetches the page's text. */
  data(): Promise<PagefindPage>;
}

/** What a Pagefind search gives. */
export interface PagefindAnswer {
  /** The pages, best first. */
  results: PagefindResult[];
}

/** Options of a Pagefind search; those that are not named here are passed on as well. */
export interface PagefindSearchOptions {
  /** What the visitor filters by. */
  filters?: unknown;
  /** What the visitor sorts by. Results that are sorted so keep their order. */
  sort?: Readonly<Record<string, string>>;
}

/** What is wrapped of Pagefind's module (`/pagefind/pagefind.js`), or of what its `createInstance` gives. */
export interface PagefindModule {
  /** Searches; `null` gives every page. */
  search(term: string | null, options?: PagefindSearchOptions): Promise<PagefindAnswer>;
  /** Searches when nothing else was searched for meanwhile, else gives `null`. */
  debouncedSearch?(
    term: string | null,
    options?: PagefindSearchOptions,
    milliseconds?: number,
  ): Promise<PagefindAnswer | null>;
  /** Makes a search of its own. */
  createInstance?(options?: object): PagefindModule;
}

/** What was searched for, and what was found. */
export interface PagefindFound {
  /** The query, as it was typed. */
  query: string;
  /** The options of the search. */
  options: PagefindSearchOptions | undefined;
  /** What Pagefind found; for fewer words, where all of them find nothing. */
  results: PagefindResult[];
}

/** Puts what was found into the order in which it is given. */
export type PagefindOrder = (found: PagefindFound) => Promise<PagefindResult[]>;

/** Wraps Pagefind's module with an order of the caller's. An error of `order` leaves the order that Pagefind has. */
export function wrapPagefind<Module extends PagefindModule>(pagefind: Module, order: PagefindOrder): Module {
  const reordered = <Answer extends PagefindAnswer | null>(
    term: string | null,
    options: PagefindSearchOptions | undefined,
    answer: Answer,
  ) => reorderAnswer({ term, options, answer, search: (words) => pagefind.search(words, options) }, order);
  const wrapped: PagefindModule = {
    ...pagefind,
    search: async (term, options) => reordered(term, options, await pagefind.search(term, options)),
  };
  if (pagefind.debouncedSearch) {
    wrapped.debouncedSearch = async (term, options, milliseconds) =>
      reordered(term, options, (await pagefind.debouncedSearch?.(term, options, milliseconds)) ?? null);
  }
  if (pagefind.createInstance) {
    wrapped.createInstance = (options) => wrapPagefind(pagefind.createInstance?.(options) ?? pagefind, order);
  }
  return wrapped as Module; // all that the module had is there, and what was replaced has its type
}

/** A search that Pagefind has answered. */
export interface AnsweredSearch<Answer extends PagefindAnswer | null> {
  /** What was searched for. */
  term: string | null;
  /** The options of the search. */
  options: PagefindSearchOptions | undefined;
  /** What Pagefind gave; `null` for a search that another came after. */
  answer: Answer;
  /** Searches with the same options for other words. */
  search: (words: string) => Promise<PagefindAnswer>;
}

/** The answer with its results in the order that `order` gives, or as it was where there is nothing to order. */
export async function reorderAnswer<Answer extends PagefindAnswer | null>(
  { term, options, answer, search }: AnsweredSearch<Answer>,
  order: PagefindOrder,
): Promise<Answer> {
  const query = term?.trim() ?? '';
  if (!answer || query === '' || Object.keys(options?.sort ?? {}).length > 0) return answer;
  try {
    const results = await findWithFewerWords(query, answer.results, search);
    return { ...answer, results: await order({ query, options, results }) };
  } catch {
    return answer;
  }
}

/** Each word costs a search; a question seldom has more that matter. */
const MOST_WORDS = 8;

/**
 * What any of the words finds, where no page has all of them: a question as it is typed seldom finds a page otherwise. The longest words
 * are searched for, since short ones say least in most languages, and a page stands the higher the more of them it has. Words in quotes
 * were meant as they stand.
 */
async function findWithFewerWords(
  query: string,
  results: PagefindResult[],
  search: (words: string) => Promise<PagefindAnswer>,
): Promise<PagefindResult[]> {
  const words = [...new Set(query.split(/\s+/u))];
  if (results.length > 0 || words.length < 2 || /^".*"$/u.test(query)) return results;
  const longest = words.sort((a, b) => b.length - a.length).slice(0, MOST_WORDS);
  const answers = await Promise.all(longest.map((word) => search(word)));
  const pages = new Map<string, { best: PagefindResult; score: number; total: number }>();
  for (const result of answers.flatMap((answer) => answer.results)) {
    const { score = 0 } = result;
    const known = pages.get(result.id);
    if (!known) pages.set(result.id, { best: result, score, total: score });
    else Object.assign(known, { total: known.total + score }, score > known.score && { best: result, score });
  }
  return [...pages.values()]
    .sort((a, b) => b.total - a.total)
    .map(({ best, total }) => Object.assign(best, { score: total }));
}
