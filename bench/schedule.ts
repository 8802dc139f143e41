/** The parts of a run in their order, and the seconds that each should take. */
export type Weights = readonly (readonly [part: string, seconds: number])[];

/**
 * A run that ends in time: each part may use its share of what is left, so that a slow part takes from the later ones
 * and a quick part gives to them.
 */
export class Schedule {
  readonly #end: number;
  readonly #waiting: Map<string, number>;

  /**
   * @param weights - every part of the run, in seconds
   * @param seconds - for the whole run; default: the sum of the weights
   * @param now - the clock in milliseconds
   */
  constructor(
    weights: Weights,
    seconds?: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#waiting = new Map(weights);
    this.#end = now() + 1000 * (seconds ?? this.#total());
  }

  /**
   * Begins a part.
   * @returns milliseconds left for it, asked at any time; below 0 when they are used up
   * @throws Error for a part that is not in the weights, or has begun before
   */
  begin(part: string): () => number {
    const weight = this.#waiting.get(part);
    if (weight === undefined) throw new Error(`no part ${part} is waiting`);
    const started = this.now();
    const share = ((this.#end - started) * weight) / this.#total();
    this.#waiting.delete(part);
    return () => started + share - this.now();
  }

  #total(): number {
    return [...this.#waiting.values()].reduce((sum, weight) => sum + weight, 0);
  }
}

/** What contestants needed for each token so far: tells how long a larger workload will take. */
export class Pace {
  readonly #msPerToken = new Map<string, number>();

  /** Takes note of one ranking; the latest counts. */
  record(key: string, tokens: number, ms: number): void {
    this.#msPerToken.set(key, ms / tokens);
  }

  /** @returns milliseconds; undefined for a contestant that has not ranked yet */
  estimate(key: string, tokens: number): number | undefined {
    const pace = this.#msPerToken.get(key);
    return pace === undefined ? undefined : pace * tokens;
  }
}

/** How long the parts of a quick run are to take; the rounds get what is left. */
export const QUICK_WEIGHTS: Weights = [
  ['starts', 25],
  ['depth', 26],
  ['kept', 26],
  ['memory', 8],
  ['100', 125],
  ['webgpu', 5],
];

/** A quick run has to end within four minutes, the closing of browsers included. */
export const QUICK_SECONDS = 215;

/** The parts of a full run for the first model. */
export const FULL_WEIGHTS: Weights = [
  ['starts', 80],
  ['depth', 70],
  ['kept', 50],
  ['memory', 380],
  ['10', 40],
  ['100', 220],
  ['1000', 300],
  ['long', 110],
  ['16x32', 30],
  ['16x128', 30],
  ['16x448', 30],
  ['webgpu', 80],
];

/** The parts of a full run for every further model: what differs from model to model. */
export const FURTHER_WEIGHTS: Weights = [
  ['starts', 40],
  ['depth', 40],
  ['kept', 35],
  ['10', 20],
  ['100', 110],
  ['1000', 110],
];

/** Parts that are no workload. */
const OTHER_PARTS: readonly string[] = ['starts', 'depth', 'kept', 'memory', 'webgpu'];

/** What was asked for on the command line. */
export interface Wanted {
  /** A quick run. */
  quick: boolean;
  /** Workloads in place of the run's own. */
  workloads?: readonly string[] | undefined;
  /** Of the parts, only these; `rounds` stands for all workloads. */
  parts?: readonly string[] | undefined;
}

/**
 * The parts of one model's run, in their order: workloads come after the short parts, so that the rounds of a quick run
 * get all the time that is left.
 */
export function partsOf({ quick, workloads, parts }: Wanted, first: boolean): Weights {
  const own = quick ? QUICK_WEIGHTS : first ? FULL_WEIGHTS : FURTHER_WEIGHTS;
  const isWorkload = (part: string) => !OTHER_PARTS.includes(part);
  const seconds = new Map(own);
  const chosen = workloads?.map((part): [string, number] => [part, seconds.get(part) ?? 120]);
  const all = chosen ? [...own.filter(([part]) => !isWorkload(part)), ...chosen] : own;
  return all.filter(([part]) => parts?.includes(isWorkload(part) ? 'rounds' : part) ?? true);
}
