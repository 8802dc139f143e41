import { statSync, type Stats } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { RerankError } from '../errors.js';
import { CATALOGUE } from '../model/catalogue.js';
import type { Depth, Dtype, RerankerOptions } from '../types.js';

/** The options that every command with a model has, for {@link parseOptions}. */
export const MODEL_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  model: { type: 'string', default: 'minilm-l6-rerank-en' },
  dtype: { type: 'string' },
  threads: { type: 'string' },
  'max-length': { type: 'string' },
  file: { type: 'string' },
  label: { type: 'string' },
  prompt: { type: 'string' },
  revision: { type: 'string' },
  'hub-host': { type: 'string' },
} as const;

/** More threads than this a core only wait for each other; with hundreds the runtime does not get to its feet at all. */
const THREADS_PER_CORE = 4;

/** The most threads that `--threads` takes here. */
export const MOST_THREADS = THREADS_PER_CORE * availableParallelism();

/** Their help. */
export const MODEL_HELP = `  --model M             a catalogue name, a Hub id (owner/name), a folder or its URL (default: minilm-l6-rerank-en, carried
                        by this package)
  --dtype NAME          fp32, q8, w8 or q4 (default: what suits WASM best)
  --threads N           threads (default: one a core, up to 8; at most ${THREADS_PER_CORE} a core)
  --max-length N        most tokens in a pair
  --file PATH           the weights in the model's folder, such as onnx/model_O2.onnx
  --label NAME          of several logits a pair the one that ranks, as number or name
  --prompt TEXT         put in front of each query (default: what the model's own files say)
  --revision NAME       branch, tag or commit on the Hub
  --hub-host URL        the Hub or a mirror (default: https://huggingface.co)
`;

/** What `--dtype` may be. */
export const DTYPES = ['fp32', 'fp16', 'q8', 'w8', 'q4', 'q4f16'] as const satisfies readonly Dtype[];

/** What `--depth` may be. */
export const DEPTHS = ['full', 'adaptive'] as const satisfies readonly Depth[];

/**
 * `util.parseArgs`, where an option with a value takes the next word whatever it looks like: `--query -h` is a query.
 *
 * @throws TypeError `ERR_PARSE_ARGS_…` for unknown options, and words that belong to none
 */
export function parseOptions<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T }>>['values'] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i] ?? '';
    const name = word.startsWith('--') ? word.slice(2) : '';
    const takesValue = Object.hasOwn(options, name) && options[name]?.type === 'string';
    if (takesValue && i + 1 < args.length) joined.push(`${word}=${args[(i += 1)]}`);
    else joined.push(word);
  }
  return parseArgs({ args: joined, options }).values;
}

/** {@link MODEL_OPTIONS} as they were given. */
export type ModelValues = { model: string } & Partial<
  Record<Exclude<keyof typeof MODEL_OPTIONS, 'model' | 'help'>, string | undefined>
>;

/** Turns the parsed options into those of `createReranker`. @throws RerankError `invalid-input` */
export function modelOptions(values: ModelValues): RerankerOptions {
  const { prompt, label } = values;
  const hubHost = values['hub-host'];
  if (hubHost !== undefined && !/^https?:\/\/./.test(hubHost)) {
    throw new RerankError(
      'invalid-input',
      `--hub-host is "${hubHost}"; expected a URL as https://huggingface.co.`,
    );
  }
  return {
    model: folderUrl(values.model),
    dtype: oneOf(values.dtype, DTYPES, '--dtype'),
    threads: wholeNumber(values.threads, '--threads', MOST_THREADS),
    maxLength: wholeNumber(values['max-length'], '--max-length'),
    file: values.file,
    label: label !== undefined && /^\d+$/.test(label) ? Number(label) : label,
    ...(prompt !== undefined && { prompts: { given: prompt }, defaultPromptName: 'given' }),
    revision: values.revision,
    hubHost,
  };
}

/** The URL of a model's folder where the name is one on disk (and none of the catalogue), else the name. */
function folderUrl(model: string): string {
  if (Object.hasOwn(CATALOGUE, model)) return model;
  const found = statIfThere(model);
  if (found === undefined) return model;
  if (found.isDirectory()) return pathToFileURL(`${resolve(model)}/`).href;
  throw new RerankError(
    'invalid-input',
    `--model ${model} is a file; expected the folder that holds it, with config.json, tokenizer.json and the weights.`,
  );
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // then it is no folder, and the name may mean something else
  }
}

/**
 * A positive whole number, or undefined where nothing was given.
 *
 * @param most - the largest that is allowed.
 * @throws RerankError `invalid-input`
 */
export function wholeNumber(
  value: string | undefined,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]\d*$/.test(value) && Number(value) <= most) return Number(value);
  const range = most < Number.MAX_SAFE_INTEGER ? `from 1 to ${most}` : 'of 1 or more';
  throw new RerankError('invalid-input', `${name} is "${value}"; expected a whole number ${range}.`);
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
