import type { Awaitable } from './options.js';

/** Each word costs a search; a question seldom has more that matter. */
const MOST_WORDS = 8;

/** What a search found, and for which words. */
export interface RelaxedResult<Hit> {
  /** What was found; empty where no word finds anything. */
  hits: readonly Hit[];
  /** The query that found it: as given, or with fewer words. */
  searched: string;
}

/**
 * Searches with fewer words when a query finds nothing, for engines that want every word to be there (Pagefind): a question as it is
 * typed then finds what its telling words find. Words are taken up one by one, the longest first, since short ones say least in most
 * languages; one with which nothing would be found is left out. Eight words at most are tried, each with one search.
 */
export async function searchRelaxed<Hit>(
  query: string,
  search: (query: string) => Awaitable<readonly Hit[]>,
  signal?: AbortSignal,
): Promise<RelaxedResult<Hit>> {
  const whole = await search(query);
  const words = [...new Set(query.split(/\s+/u).filter(Boolean))];
  let found: RelaxedResult<Hit> = { hits: whole, searched: query };
  if (whole.length > 0 || words.length < 2) return found;
  const byLength = [...words].sort((a, b) => b.length - a.length).slice(0, MOST_WORDS);
  let kept: string[] = [];
  for (const word of byLength) {
    if (signal?.aborted) break;
    const tried = words.filter((other) => other === word || kept.includes(other)); // in the order in which they were typed
    const hits = await search(tried.join(' '));
    if (hits.length === 0) continue;
    kept = tried;
    found = { hits, searched: tried.join(' ') };
  }
  return found;
}
