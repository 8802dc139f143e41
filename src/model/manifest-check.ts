import { RerankError } from '../errors.js';
import { ACTIVATIONS, isActivation } from '../ranking/activation.js';
import type { Dtype } from '../types.js';
import { isObject, type JsonObject } from './json.js';

/** Every dtype that weights may have. */
const DTYPES: Readonly<Record<Dtype, true>> = {
  fp32: true,
  fp16: true,
  q8: true,
  w8: true,
  q4: true,
  q4f16: true,
};

/** What is wrong with a part of a manifest, as the end of a sentence that begins with its name; undefined for nothing. */
type Fault = string | undefined;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isDtype = (value: unknown): value is string => isText(value) && Object.hasOwn(DTYPES, value);

/**
 * Checks every field that is relied on.
 * @param url - for messages
 * @throws RerankError `invalid-data` with the first field that is wrong
 */
export function checkManifest(manifest: JsonObject, url: string): void {
  const { version, name, revision, activation, files, check, stages } = manifest;
  if (version !== 1) fail(url, `version is ${JSON.stringify(version)}, this package reads version 1`);
  if (!isText(name) || !isText(revision)) fail(url, '"name" and "revision" must be strings');
  if (activation !== undefined && !isActivation(activation))
    fail(url, `"activation" is ${JSON.stringify(activation)}, expected one of ${ACTIVATIONS.join(', ')}`);
  if (!isObject(files)) return fail(url, '"files" must be an object of path: { sha256, bytes }');
  const fault =
    filesFault(files) ??
    (stages === undefined ? undefined : stagesFault(stages)) ??
    (check === undefined ? undefined : checkFault(check, dtypesOf(files), cutsOf(stages)));
  if (fault) fail(url, fault);
}

function fail(url: string, what: string): never {
  throw new RerankError('invalid-data', `${url}: ${what}. It is written by training/export.`);
}

function filesFault(files: JsonObject): Fault {
  for (const [path, file] of Object.entries(files)) {
    const place = `files["${path}"]`;
    const stored = storedFault(place, path, file);
    if (stored !== undefined || !isObject(file)) return stored;
    const { dtype, devices, parts, optimize } = file;
    if (dtype !== undefined && !isDtype(dtype))
      return `${place}.dtype is ${JSON.stringify(dtype)}, expected one of ${Object.keys(DTYPES).join(', ')}`;
    const known =
      Array.isArray(devices) && devices.every((device) => device === 'webgpu' || device === 'wasm');
    if (devices !== undefined && !known)
      return `${place}.devices is ${JSON.stringify(devices)}, expected a list of "webgpu" and "wasm"`;
    if (optimize !== undefined && typeof optimize !== 'boolean')
      return `${place}.optimize is ${JSON.stringify(optimize)}, expected true or false`;
    const fault = parts === undefined ? undefined : partsFault(`${place}.parts`, parts, file.bytes);
    if (fault) return fault;
  }
  return undefined;
}

/** What is wrong with where a file or a part lies, or with what tells that it is the right one. */
function storedFault(place: string, path: unknown, stored: unknown): Fault {
  // Files lie within the folder; this also keeps a manifest from sending a page elsewhere.
  if (!isText(path) || !/^[^\\:/]+(?:\/[^\\:/]+)*$/.test(path) || path.split('/').includes('..'))
    return `${place} must be a path within the folder`;
  if (!isObject(stored) || !/^[0-9a-f]{64}$/.test(String(stored.sha256)) || !isCount(stored.bytes))
    return `${place} needs "sha256" (64 hex digits) and "bytes"`;
  return undefined;
}

function partsFault(place: string, parts: unknown, bytes: unknown): Fault {
  let sum = 0;
  for (const [index, part] of (Array.isArray(parts) ? (parts as unknown[]) : []).entries()) {
    const { path, bytes }: JsonObject = isObject(part) ? part : {};
    const fault = storedFault(`${place}[${index}]`, path, part);
    if (fault) return fault;
    sum += Number(bytes); // seen to be a number
  }
  return sum === bytes ? undefined : `${place} have ${sum} bytes, the file ${String(bytes)}`;
}

function dtypesOf(files: JsonObject): string[] {
  return Object.values(files).flatMap((file) => (isObject(file) && isDtype(file.dtype) ? [file.dtype] : []));
}

function cutsOf(stages: unknown): number {
  return isObject(stages) && Array.isArray(stages.cuts) ? stages.cuts.length : 0;
}

function checkFault(check: unknown, dtypes: readonly string[], cuts: number): Fault {
  if (!isObject(check)) return '"check" must be an object of pairs, logits and tolerance';
  const { pairs, early = [] } = check;
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isString);
  if (!Array.isArray(pairs) || pairs.length === 0 || !pairs.every(isPair))
    return '"check" needs pairs of two strings, one at least: an empty check checks nothing';
  if (!Array.isArray(early) || (early.length > 0 && early.length !== cuts))
    return '"check" needs one logit a pair, "early" one a cut';
  for (const logits of [check, ...(early as unknown[])]) {
    const fault = logitsFault(logits, pairs.length, dtypes);
    if (fault) return fault;
  }
  return undefined;
}

const isString = (value: unknown) => typeof value === 'string';

function logitsFault(check: unknown, pairs: number, dtypes: readonly string[]): Fault {
  const { logits, tolerance }: JsonObject = isObject(check) ? check : {};
  if (!Array.isArray(logits) || logits.length !== pairs || !logits.every(isNumber))
    return '"check" needs one logit a pair, a number, "early" one a cut';
  if (!isObject(tolerance) || !Object.values(tolerance).every((each) => isNumber(each) && each >= 0))
    return '"check" needs "tolerance", an object of dtype: number of 0 or more';
  const missing = dtypes.find((dtype) => tolerance[dtype] === undefined);
  return missing === undefined ? undefined : `"check" needs a tolerance for ${missing}, which "files" lists`;
}

function stagesFault(stages: unknown): Fault {
  const { layers, cuts }: JsonObject = isObject(stages) ? stages : {};
  if (!Array.isArray(cuts) || cuts.length === 0) return '"stages" needs "cuts", lowest first';
  let below = 0;
  for (const [place, cut] of cuts.entries()) {
    const { states, score, margin, layers: at }: JsonObject = isObject(cut) ? cut : {};
    if (!isCount(at) || at <= below)
      return `"stages" cuts[${place}].layers must be a whole number over ${below}`;
    if (!isText(states) || !isText(score))
      return `"stages" cuts[${place}] needs tensor names, "states" and "score"`;
    if (!isNumber(margin) || margin < 0)
      return `"stages" cuts[${place}].margin must be a number of 0 or more`;
    below = at;
  }
  if (!isCount(layers) || layers <= below) return `"stages" needs "layers", a whole number over ${below}`;
  return undefined;
}
