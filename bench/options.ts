import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What a run is to do. */
export interface BenchOptions {
  /** Under four minutes: 100 passages, few rounds. */
  quick: boolean;
  /** Where the JSON goes, beside `bench/results`. */
  json: string | undefined;
  /** Names of the models; undefined for the run's own. */
  models: string[] | undefined;
  /** Threads for everyone. */
  threads: number;
  /** Rounds, where they are not the run's own number. */
  rounds: number | undefined;
  /** Names of the workloads, where they are not the run's own. */
  workloads: string[] | undefined;
  /** Of the run's parts, only these. */
  parts: string[] | undefined;
  /** Whether the figures go into docs/performance.md. */
  docs: boolean;
  /** Results of an earlier run, to be written once more; nothing is measured. */
  from: string | undefined;
}

const PARTS = ['starts', 'depth', 'kept', 'memory', 'rounds', 'webgpu'];
const WORKLOAD = /^([1-9]\d*(x[1-9]\d*)?|long)$/;

/** How to call the benchmark. */
export const USAGE = `npm run bench -- [--quick] [--json FILE] [--model NAME,...] [--threads N] [--rounds N]
  [--workloads 10,100,1000,long,16x128] [--parts ${PARTS.join(',')}] [--docs] [--from FILE]`;

/** Reads the command line. @throws Error for anything it does not know */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      model: { type: 'string', multiple: true },
      threads: { type: 'string' },
      rounds: { type: 'string' },
      workloads: { type: 'string' },
      parts: { type: 'string' },
      docs: { type: 'boolean', default: false },
      from: { type: 'string' },
    },
  });
  const number = (name: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is ${text}; expected 1 or more`);
    return value;
  };
  const names = (
    name: string,
    text: string | undefined,
    isKnown: (name: string) => boolean,
    known: string,
  ) => {
    const list = text?.split(',');
    const unknown = list?.find((each) => !isKnown(each));
    if (unknown !== undefined) throw new Error(`--${name} has '${unknown}'; expected ${known}`);
    return list;
  };
  return {
    quick: values.quick,
    json: values.json,
    models: values.model?.flatMap((text) => text.split(',')),
    threads: number('threads', values.threads) ?? Math.min(4, availableParallelism()),
    rounds: number('rounds', values.rounds),
    workloads: names(
      'workloads',
      values.workloads,
      (name) => WORKLOAD.test(name),
      'a number, long, or passages x tokens',
    ),
    parts: names('parts', values.parts, (name) => PARTS.includes(name), PARTS.join(', ')),
    docs: values.docs,
    from: values.from,
  };
}
