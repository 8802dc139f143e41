import { RerankError } from '../errors.js';
import type { Depth, Dtype, RerankerOptions } from '../types.js';
import { BUNDLED_MODELS } from './environment.js';

/** The options that every command with a model has, for `util.parseArgs`. */
export const MODEL_OPTIONS = {
  model: { type: 'string', default: 'minilm-l6-rerank-en' },
  dtype: { type: 'string' },
  threads: { type: 'string' },
  'max-length': { type: 'string' },
  'hub-host': { type: 'string' },
} as const;

/** Their help. */
export const MODEL_HELP = `  --model M             a catalogue name, a Hub id (owner/name), a folder or its URL (default: minilm-l6-rerank-en, carried
                        by this package)
  --dtype NAME          fp32, q8, w8 or q4 (default: what suits WASM best)
  --threads N           threads (default: one a core, up to 8)
  --max-length N        most tokens in a pair
  --hub-host URL        the Hub or a mirror (default: https://huggingface.co)
`;

const DTYPES = ['fp32', 'fp16', 'q8', 'w8', 'q4', 'q4f16'] as const satisfies readonly Dtype[];

/** What `--depth` may be. */
export const DEPTHS = ['full', 'adaptive'] as const satisfies readonly Depth[];

/** Turns the parsed options into those of `createReranker`. @throws RerankError `invalid-input` */
export function modelOptions(values: {
  model: string;
  dtype?: string | undefined;
  threads?: string | undefined;
  'max-length'?: string | undefined;
  'hub-host'?: string | undefined;
}): RerankerOptions {
  return {
    model: values.model,
    dtype: oneOf(values.dtype, DTYPES, '--dtype'),
    threads: wholeNumber(values.threads, '--threads'),
    maxLength: wholeNumber(values['max-length'], '--max-length'),
    hubHost: values['hub-host'],
    modelsUrl: BUNDLED_MODELS,
  };
}

/** A positive whole number, or undefined where nothing was given. @throws RerankError `invalid-input` */
export function wholeNumber(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new RerankError('invalid-input', `${name} is "${value}"; expected a whole number of 1 or more.`);
}

/** One of the allowed words, or undefined where nothing was given. @throws RerankError `invalid-input` */
export function oneOf<T extends string>(
  value: string | undefined,
  allowed: readonly T[],
  name: string,
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((word) => word === value);
  if (found) return found;
  throw new RerankError('invalid-input', `${name} is "${value}"; expected ${allowed.join(' or ')}.`);
}
