import { RerankError } from '../errors.js';

/** What is read of a tensor of the runtime. */
interface Output {
  type: string;
  dims: readonly number[];
  size: number;
  data: unknown;
}

/** What a text-embedding model is told apart by: states or vectors in place of a score. */
const EMBEDDINGS =
  'states or embeddings are what a text-embedding model (a bi-encoder) gives, or a cross-encoder that was exported without ' +
  'its head; ranking needs the head in the graph';

/**
 * The output that holds the logits: the one of that name wherever it stands, else the only one.
 * @param names - the graph's outputs
 * @throws RerankError `unsupported-model` where none is it
 */
export function rankingOutput(names: readonly string[]): string {
  const [only] = names;
  if (names.includes('logits')) return 'logits';
  if (only !== undefined && names.length === 1) return only;
  throw new RerankError(
    'unsupported-model',
    `The graph gives ${names.join(', ') || 'nothing'}; expected an output called logits: ${EMBEDDINGS}.`,
  );
}

/**
 * One score a row, as the graph gives it: [rows, 1], [rows] or [rows, 1, 1]. Of several logits a row, [rows, labels], the score is
 * the log-odds of one label against the others; its sigmoid is that label's softmax, and of yes and no it is their difference.
 *
 * @param label - the label that ranks; undefined: the graph has one logit
 * @throws RerankError `unsupported-model` for anything else: the model is not one that ranks
 */
export function readLogits(tensor: Output, rows: number, label: number | undefined): Float32Array {
  const [count, , ...further] = tensor.dims;
  const logits = toFloat32(tensor);
  const labels = tensor.size / rows;
  if (!logits || count !== rows || labels < 1 || further.some((size) => size !== 1)) {
    const hint = further.some((size) => size !== 1) ? `: ${EMBEDDINGS}` : '';
    throw unsupported(tensor, rows, `expected float32 or float16 [${rows}, 1], one logit a pair${hint}.`);
  }
  if (labels === 1 && (label ?? 0) === 0) return logits;
  if (label === undefined) {
    const hint = 'say which of them ranks with the option label (its number, or its name in config.json)';
    throw unsupported(tensor, rows, `which are ${labels} logits a pair: ${hint}. But ${EMBEDDINGS}.`);
  }
  if (label >= labels)
    throw unsupported(tensor, rows, `so there is no label ${label}; the first is number 0.`);
  return Float32Array.from({ length: rows }, (_, row) =>
    logOdds(logits.subarray(row * labels, (row + 1) * labels), label),
  );
}

/** log p/(1-p) of a label under softmax. */
function logOdds(logits: Float32Array, label: number): number {
  const others = logits.filter((_, place) => place !== label);
  const greatest = Math.max(...others);
  const sum = others.reduce((total, logit) => total + Math.exp(logit - greatest), 0);
  return (logits[label] ?? Number.NaN) - greatest - Math.log(sum);
}

/** The values, exactly; undefined for a type that logits do not have. */
function toFloat32({ type, data }: Output): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (type !== 'float16') return undefined;
  // Where there is no Float16Array the runtime gives the bits, else the numbers.
  return data instanceof Uint16Array
    ? Float32Array.from(data, float16)
    : Float32Array.from(data as ArrayLike<number>);
}

/** The number that 16 bits stand for: sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function unsupported({ type, dims }: Output, rows: number, why: string): RerankError {
  return new RerankError(
    'unsupported-model',
    `The graph gave ${type} [${dims.join(', ')}] for ${rows} ${rows === 1 ? 'pair' : 'pairs'}; ${why}`,
  );
}
