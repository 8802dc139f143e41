/** Passages that are remembered; those seen least recently are forgotten. */
const MOST_PASSAGES = 10_000;

/** Characters that tell passages apart well enough. */
const READ = 1_000;

/** Which worker keeps a passage's states. A hint: a wrong or missing answer costs time, never a score. */
export class Owners {
  /** By hash, so that no text is held on to. */
  readonly #workers = new Map<number, number>();

  /** The worker that scored a passage last, where it is remembered. */
  of(passage: string): number | undefined {
    return this.#workers.get(hash(passage));
  }

  /** Remembers who scored a passage. */
  set(passage: string, worker: number): void {
    const key = hash(passage);
    this.#workers.delete(key); // so that it becomes the newest
    this.#workers.set(key, worker);
    const [oldest] = this.#workers.keys();
    if (oldest !== undefined && this.#workers.size > MOST_PASSAGES) this.#workers.delete(oldest);
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5 ^ text.length;
  for (let place = 0; place < text.length && place < READ; place++) {
    value = Math.imul(value ^ text.charCodeAt(place), 0x01000193);
  }
  return value;
}
