/** Words of a page that are compared with the query: about as many tokens as a passage of a web search has. */
const PASSAGE_WORDS = 120;

/** What Pagefind splits a page into words at. */
const BETWEEN_WORDS = /[^\S\uFEFF]+/u;

/** A place of a page where a word of the query stands. */
export interface PagefindLocation {
  /** Number of the word in the page. */
  location: number;
  /** How much it counts; higher is better. */
  balanced_score?: number;
}

/** A page as Pagefind's `result.data()` gives it, as far as it is used here. */
export interface PagefindPage {
  /** The text of the whole page. */
  content: string;
  /** What the page says of itself; `title` is its first heading unless the site says otherwise. */
  meta?: Readonly<Record<string, string | undefined>>;
  /** Where the words of the query stand. */
  weighted_locations?: readonly PagefindLocation[];
}

/**
 * What a re-ranker reads of a page: its title, and the 120 words in which the query's words stand densest. A whole page would cost many
 * times as much, and its end would be cut off.
 */
export function pagefindText({ content, meta, weighted_locations: locations = [] }: PagefindPage): string {
  const words = content.split(BETWEEN_WORDS);
  const last = Math.max(0, ...locations.map(({ location }) => location));
  // Languages without spaces are counted otherwise: the model reads as much as it can from the beginning.
  const passage = last < words.length ? excerpt(words, locations) : content;
  return [meta?.title, passage].filter(Boolean).join('\n');
}

/** The stretch with the greatest weight, in the middle of as many words as a passage has. */
function excerpt(words: readonly string[], locations: readonly PagefindLocation[]): string {
  const found = [...locations].sort((a, b) => a.location - b.location);
  const weightOf = ({ balanced_score: score = 1 }: PagefindLocation) => score;
  let best = { weight: 0, first: 0, last: 0 };
  let weight = 0;
  let next = 0;
  for (const from of found) {
    const first = from.location;
    for (let to = found[next]; to && to.location < first + PASSAGE_WORDS; to = found[++next])
      weight += weightOf(to);
    if (weight > best.weight) best = { weight, first, last: found[next - 1]?.location ?? first };
    weight -= weightOf(from);
  }
  const before = Math.floor((PASSAGE_WORDS - (best.last - best.first + 1)) / 2);
  const start = Math.max(0, Math.min(best.first - before, words.length - PASSAGE_WORDS));
  return words.slice(start, start + PASSAGE_WORDS).join(' ');
}
