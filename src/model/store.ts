import { NO_CACHE, type FileCache } from './cache.js';
import { hashOf } from './hash.js';

/** What is recorded beside a file whose hash nobody publishes: that it passed, or was only seen, with its own hash. */
const RECORD = /^(passed|seen) ([0-9a-f]{64})$/;

/**
 * The files of one revision in the cache. A file with a published hash is held to it. Any other counts only once a
 * self-check has passed with it: its own hash is recorded then, and it is held to that. So one bad answer of a host never
 * stays, nor does an entry that the browser has damaged.
 */
export class FileStore {
  /** Own hashes of files that came from the network and have no published one. */
  readonly #unpublished = new Map<string, Promise<string | undefined>>();
  /** Files that were taken from the cache on the strength of a record. */
  readonly #recorded = new Set<string>();
  readonly #writes = new Map<string, Promise<void>>();

  constructor(private readonly cache: FileCache) {}

  /** The file, where the cache has it as it should be; `published` is its sha256. */
  async read(key: string, published: string | undefined): Promise<Uint8Array | undefined> {
    await this.#writes.get(key);
    const [bytes, record] = await Promise.all([
      this.cache.read(key),
      published ? undefined : this.#readRecord(key),
    ]);
    const expected = published ?? (record?.state === 'passed' ? record.hash : undefined);
    if (!bytes || !expected) return undefined;
    const actual = await hashOf(bytes);
    if (actual !== undefined && actual !== expected) {
      await this.cache.remove(key);
      return undefined;
    }
    if (!published) this.#recorded.add(key);
    return bytes;
  }

  /** Begins to write a file; the bytes are copied before this returns. */
  write(key: string, bytes: Uint8Array, published: string | undefined): void {
    if (this.cache === NO_CACHE) return;
    if (!published) this.#unpublished.set(key, hashOf(bytes));
    this.#writes.set(key, this.cache.write(key, bytes));
  }

  /** The self-check has passed with these files: from now on they count. */
  confirm(keys: readonly string[]): void {
    for (const key of keys) this.#after(key, (hash) => this.#record(key, 'passed', hash));
  }

  /**
   * A backend failed with this file. It is forgotten, unless the host has given the same before: then it is the backend,
   * and to download the file once more on every visit would not mend it.
   */
  doubt(key: string): void {
    this.#after(key, async (hash) => {
      const before = await this.#readRecord(key);
      if (before?.hash === hash) return this.#record(key, 'passed', hash);
      await Promise.all([this.cache.remove(key), this.#record(key, 'seen', hash)]);
    });
  }

  /**
   * Forgets every file that no published hash vouches for.
   * @returns whether any came from the cache, so that the network may give a better one
   */
  async withdraw(): Promise<boolean> {
    const any = this.#recorded.size > 0;
    const keys = [...this.#recorded, ...this.#unpublished.keys()];
    this.#recorded.clear();
    this.#unpublished.clear();
    await Promise.all(
      keys.map(async (key) => {
        await this.#writes.get(key);
        await Promise.all([this.cache.remove(key), this.cache.remove(recordOf(key))]);
      }),
    );
    return any;
  }

  /** Settles when all that was begun is in the cache, or has turned out not to fit. */
  async written(): Promise<void> {
    await Promise.all(this.#writes.values());
  }

  /** Does something about a file that has no published hash, once it is written. */
  #after(key: string, work: (hash: string) => Promise<void>): void {
    const hashing = this.#unpublished.get(key);
    if (!hashing) return;
    this.#unpublished.delete(key);
    const write = this.#writes.get(key);
    const done = Promise.all([hashing, write]).then(([hash]) =>
      hash === undefined ? undefined : work(hash),
    );
    this.#writes.set(key, done);
  }

  #record(key: string, state: 'passed' | 'seen', hash: string): Promise<void> {
    return this.cache.write(recordOf(key), new TextEncoder().encode(`${state} ${hash}`));
  }

  async #readRecord(key: string): Promise<{ state: string; hash: string } | undefined> {
    const bytes = await this.cache.read(recordOf(key));
    const [, state, hash] = RECORD.exec(new TextDecoder().decode(bytes)) ?? [];
    return state !== undefined && hash !== undefined ? { state, hash } : undefined;
  }
}

/** The record lies beside the file, so that it is deleted with it. */
function recordOf(key: string): string {
  return `${key}&record`;
}
