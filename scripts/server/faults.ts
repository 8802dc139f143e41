/**
 * Something that goes wrong with a path. `status`, `html`, `content` and `hang` answer in place of the file (on the Hub's
 * layout already in place of the redirect); the rest spoil the file's body: `stall` stops sending and keeps the connection,
 * `cut` ends early and names no length, `compress` sends it compressed with the length of what is sent.
 */
export type Fault = { times?: number } & (
  | { kind: 'status'; status: number; retryAfter?: number | string; body?: string }
  | { kind: 'html'; body?: string }
  | { kind: 'content'; body: string; type?: string }
  | { kind: 'hang' }
  | { kind: 'reset'; afterBytes?: number }
  | { kind: 'stall'; afterBytes?: number }
  | { kind: 'cut'; afterBytes?: number }
  | { kind: 'corrupt' }
  | { kind: 'short'; missing?: number }
  | { kind: 'compress'; encoding: 'gzip' | 'br' }
  | { kind: 'drip'; chunkBytes: number; everyMs: number }
);

/** What a checkout without Git LFS has in place of a large file. */
export const LFS_POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:${'5e'.repeat(32)}
size 23100000
`;

const ANSWERS = ['status', 'html', 'content', 'hang'] as const;

/** A fault that answers in place of the file. */
export type AnswerFault = Extract<Fault, { kind: (typeof ANSWERS)[number] }>;

/** A fault that spoils the body. */
export type BodyFault = Exclude<Fault, AnswerFault>;

/** Which requests a fault meets: a string meets every path that ends with it. */
export type FaultPath = string | RegExp;

/** The faults of a server, each used up after its number of times (never, without one). */
export class FaultList {
  #entries: { path: FaultPath; fault: Fault; left: number }[] = [];

  /** Adds a fault for the paths given. */
  add(path: FaultPath, fault: Fault): void {
    this.#entries.push({ path, fault, left: fault.times ?? Infinity });
  }

  /** Forgets all faults. */
  clear(): void {
    this.#entries = [];
  }

  /** Takes the first fault that answers in place of this path. */
  takeAnswer(path: string): AnswerFault | undefined {
    return this.#take(path, isAnswer);
  }

  /** Takes the first fault that spoils this path's body. */
  takeBody(path: string): BodyFault | undefined {
    return this.#take(path, (fault): fault is BodyFault => !isAnswer(fault));
  }

  #take<F extends Fault>(path: string, wanted: (fault: Fault) => fault is F): F | undefined {
    for (const entry of this.#entries) {
      const { fault, path: where } = entry;
      const meets = typeof where === 'string' ? path.endsWith(where) : where.test(path);
      if (entry.left > 0 && meets && wanted(fault)) {
        entry.left -= 1;
        return fault;
      }
    }
    return undefined;
  }
}

/** Tells the two sorts of fault apart. */
function isAnswer(fault: Fault): fault is AnswerFault {
  return ANSWERS.some((kind) => kind === fault.kind);
}
