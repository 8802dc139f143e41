import type { ModelSwitch } from './model-switch.js';
import type { Steady } from './steady.js';

/** What a search of the site has found. */
export interface Found<Hit extends { id: string }> {
  /** Tells searches apart: the same query with the same filters has the same key. */
  key: string;
  /** The query, as it was typed. */
  query: string;
  /** What was found, in the site's own order. */
  hits: readonly Hit[];
}

/** What {@link ShownOrder} works with. */
export interface ShownOrderParts<Hit extends { id: string }> {
  /** The model. */
  model: ModelSwitch;
  /** What the visitor holds. */
  steady: Steady;
  /** Ranks; gives nothing where the site's own order stays. */
  rank: (query: string, hits: readonly Hit[]) => Promise<readonly Hit[] | undefined>;
  /** Milliseconds that an answer is held back for its ranking. */
  hold: number;
  /** The search box in use. */
  box: () => HTMLInputElement | undefined;
  /** Makes the site show its results again. */
  showAgain: (query: string) => void;
  /** Told when the order on the page has changed. */
  onReordered: () => void;
}

/** Milliseconds without another search before a ranking begins, so that none is begun for half a word. */
const PAUSE = 150;

/** What became of the hits by their ids. */
interface Ranked {
  order: readonly string[];
  /** Those that the ranking left out, by the owner's `minScore`. */
  dropped: ReadonlySet<string>;
}

/**
 * Gives each answer of the site's search the order that it is shown in. One that is ranked soon enough is shown once, in its final order.
 * Else the site shows its own order at once, and is made to show its results again when they are ranked and the visitor holds none.
 */
export class ShownOrder<Hit extends { id: string }> {
  #key: string | undefined;
  #shown: Ranked | undefined;
  #ranked: Promise<Ranked | undefined> | undefined;
  #latest = new AbortController();

  constructor(private readonly parts: ShownOrderParts<Hit>) {}

  /** The hits in the order to show now. Never throws. */
  async order({ key, query, hits }: Found<Hit>): Promise<readonly Hit[]> {
    const again = key === this.#key;
    if (!again) this.#begin(key);
    const { model, steady, hold, box, onReordered } = this.parts;
    const { signal } = this.#latest;
    const ranked = (this.#ranked ??= this.#rank(query, hits, signal));
    const ready = await within(ranked, model.state.name === 'on' ? hold : 0);
    if (signal.aborted) return hits; // another search has begun, and nobody looks at these any more
    const shown = this.#shown;
    // What is shown already may be held meanwhile: then it stays as it is.
    const held = shown !== undefined && steady.isHeld(box());
    const now = held ? shown : (ready ?? own(hits));
    this.#shown = now;
    if (shown && now !== shown && now === ready) onReordered();
    if (now !== ready) void this.#showLater(ranked, query, signal);
    return arranged(hits, now);
  }

  /** Forgets what is shown, and ends what is under way. */
  forget(): void {
    this.#latest.abort();
    this.#key = undefined;
    this.#ranked = undefined;
    this.#shown = undefined;
  }

  #begin(key: string): void {
    this.forget();
    this.#latest = new AbortController();
    this.#key = key;
  }

  async #rank(query: string, hits: readonly Hit[], signal: AbortSignal): Promise<Ranked | undefined> {
    const { model, rank } = this.parts;
    await Promise.all([model.whenOn(), new Promise((resolve) => setTimeout(resolve, PAUSE))]);
    const ranked = signal.aborted ? undefined : await rank(query, hits);
    if (ranked) {
      const order = ranked.map(({ id }) => id);
      return { order, dropped: new Set(hits.map(({ id }) => id).filter((id) => !order.includes(id))) };
    }
    if (!signal.aborted) this.#ranked = undefined; // the next search for it tries again
    return undefined;
  }

  async #showLater(ranked: Promise<Ranked | undefined>, query: string, signal: AbortSignal): Promise<void> {
    const { steady, box, showAgain } = this.parts;
    const later = await ranked;
    const differs = () => later?.order.join() !== this.#shown?.order.join();
    if (!later || signal.aborted || !differs()) return;
    await steady.whenLeft(box(), signal);
    if (!signal.aborted && differs()) showAgain(query);
  }
}

/** The site's own order. */
function own(hits: readonly { id: string }[]): Ranked {
  return { order: hits.map(({ id }) => id), dropped: new Set() };
}

/** What a promise gives within some milliseconds; one that is settled already needs none. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Hits in an order; those that it does not know stand behind. */
function arranged<Hit extends { id: string }>(hits: readonly Hit[], { order, dropped }: Ranked): Hit[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: Hit) => places.get(id) ?? order.length;
  return hits.filter(({ id }) => !dropped.has(id)).sort((a, b) => placeOf(a) - placeOf(b));
}
