import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What a run is to do. */
export interface BenchOptions {
  /** Under four minutes: 100 passages, few rounds. */
  quick: boolean;
  /** Where the JSON goes, beside `bench/results`. */
  json: string | undefined;
  /** The model's name. */
  model: string;
  /** Threads for everyone. */
  threads: number;
  /** Rounds, where they are not the run's own number. */
  rounds: number | undefined;
  /** Names of the workloads, where they are not the run's own. */
  workloads: string[] | undefined;
}

/** How to call the benchmark. */
export const USAGE = `npm run bench -- [--quick] [--json FILE] [--model NAME] [--threads N] [--rounds N] [--workloads 10,100,1000,long]`;

/** Reads the command line. @throws Error for anything it does not know */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      model: { type: 'string', default: 'minilm-l6-rerank-en' },
      threads: { type: 'string' },
      rounds: { type: 'string' },
      workloads: { type: 'string' },
    },
  });
  const number = (name: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is ${text}; expected 1 or more`);
    return value;
  };
  return {
    quick: values.quick,
    json: values.json,
    model: values.model,
    threads: number('threads', values.threads) ?? Math.min(4, availableParallelism()),
    rounds: number('rounds', values.rounds),
    workloads: values.workloads?.split(','),
  };
}
