import { RerankError } from '../errors.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { RankedDocument } from '../types.js';
import { nodeEnvironment } from '../node/environment.js';
import {
  DEPTHS,
  MODEL_HELP,
  MODEL_OPTIONS,
  modelOptions,
  oneOf,
  parseOptions,
  wholeNumber,
} from './options.js';
import { passageText, readPassages, type Passage } from './passages.js';
import { ProgressBar } from './progress.js';
import { shorten } from './text.js';

/** What `browser-reranker rank --help` prints. */
export const RANK_HELP = `browser-reranker rank --query QUERY --passages FILE [options]

  Ranks passages for a query with a cross-encoder, best first.

  --query TEXT          the query
  --passages FILE       .txt (a passage a line), .json or .jsonl (strings, or objects with "text"), plain or .gz; - is
                        standard input, which is JSON when it looks like it
  --text KEY            where objects have their text, as body or meta.title; more than once joins them (default: text)
  --top-k N             print the best N only
  --depth NAME          full (the default), or adaptive: the upper layers only for what may be among the best --top-k (10)
  --activation NAME     identity (raw logits), sigmoid or tanh; default: what the model's own files say
  --overflow NAME       truncate long passages (the default), or window: score them in parts
  --json                print an array of {index, score, document}
${MODEL_HELP}`;

/** Runs the command. @returns what goes to standard output. @throws RerankError `invalid-input` for wrong arguments */
export async function rank(args: string[]): Promise<string> {
  const values = parseOptions(args, {
    query: { type: 'string' },
    passages: { type: 'string' },
    text: { type: 'string', multiple: true, default: ['text'] },
    'top-k': { type: 'string' },
    depth: { type: 'string' },
    activation: { type: 'string' },
    overflow: { type: 'string' },
    json: { type: 'boolean', default: false },
    ...MODEL_OPTIONS,
  });
  if (values.help) return RANK_HELP;
  if (values.query === undefined || values.passages === undefined) {
    throw new RerankError('invalid-input', `--query and --passages are needed.\n\n${RANK_HELP}`);
  }
  const topK = wholeNumber(values['top-k'], '--top-k');
  const depth = oneOf(values.depth, DEPTHS, '--depth');
  const activation = oneOf(values.activation, ['identity', 'sigmoid', 'tanh'] as const, '--activation');
  const overflow = oneOf(values.overflow, ['truncate', 'window'] as const, '--overflow');
  const keys = values.text;
  const documents = await readPassages(values.passages, process.stdin, keys);

  const bar = new ProgressBar();
  try {
    const reranker = await createRerankerIn(nodeEnvironment(), {
      ...modelOptions(values),
      onProgress: bar.onLoad,
    });
    const ranking = await reranker.rank(values.query, documents, {
      text: (document) => passageText(document, keys),
      topK,
      depth,
      activation,
      overflow,
      onPartial: (_, { scored, total }) => bar.show('Ranking', scored, total),
    });
    await reranker.dispose();
    return values.json ? `${JSON.stringify(ranking.map(toJson), null, 2)}\n` : toTable(ranking, keys);
  } finally {
    bar.clear();
  }
}

/** The three fields that a caller counts on, and the window where there is one. */
function toJson({ index, score, document, window }: RankedDocument<Passage>): object {
  return { index, score, document, ...(window && { window }) };
}

function toTable(ranking: readonly RankedDocument<Passage>[], keys: readonly string[]): string {
  const width = process.stdout.columns ?? 120;
  const rows = ranking.map(({ index, score, document, window }, place) => {
    const prefix = `${String(place + 1).padStart(4)}  ${score.toFixed(4).padStart(9)}  ${String(index).padStart(5)}  `;
    return (
      prefix + shorten(passageText(document, keys).slice(window?.start, window?.end), width - prefix.length)
    );
  });
  return [`rank      score  index  passage`, ...rows, ''].join('\n');
}
