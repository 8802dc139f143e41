import { appendFileSync } from 'node:fs';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { RerankError } from '../errors.js';
import { notWritten } from './output.js';

/** What results belong to; all of it must be the same for them to be taken up again. */
export type ResultsKey = Readonly<Record<string, string | number>>;

const FORMAT = 'browser-reranker eval, version 1';

/**
 * Per-query results in a file, so that an evaluation goes on where it stopped: JSON lines, the first with the key, then
 * one a query. Each is written at once, in one piece; a last line that was cut by a crash or a full disk is dropped.
 */
export class ResultsFile<Result> {
  private constructor(
    readonly path: string,
    /** The results that were there already. */
    readonly finished: readonly Result[],
  ) {}

  /**
   * Opens a file, or begins it.
   *
   * @param key - what the results belong to.
   * @param isResult - whether a line is a result of this kind of evaluation.
   * @throws RerankError `invalid-input` for results of another model, data set or setting, and for a file that cannot be
   * read; `invalid-data` with the line for a malformed one; `output-failed` where it cannot be written. A file that is
   * refused is left as it is.
   */
  static async open<Result>(
    path: string,
    key: ResultsKey,
    isResult: (value: unknown) => value is Result,
  ): Promise<ResultsFile<Result>> {
    const content = await readIfThere(path);
    // Cut as bytes: a crash may have parted a character, too.
    const whole = content.subarray(0, content.lastIndexOf('\n') + 1);
    const [heading, ...lines] = whole.toString('utf8').split('\n').slice(0, -1);
    if (heading === undefined) {
      // Only what cannot be anything else is begun anew: nothing, or the start of a heading.
      if (!headingLine(key).startsWith(content.toString('utf8'))) throw foreign(path, 1);
      await writeFile(path, headingLine(key)).catch((cause: unknown) => {
        throw notWritten(`The results file ${path}`, cause);
      });
      return new ResultsFile<Result>(path, []);
    }
    requireKey(path, heading, key);
    const finished = lines.map((line, i) => {
      const value = parse(line);
      if (isResult(value)) return value;
      throw foreign(path, i + 2);
    });
    if (whole.length < content.length) {
      await truncate(path, whole.length).catch((cause: unknown) => {
        throw notWritten(`The results file ${path}`, cause);
      });
    }
    return new ResultsFile(path, finished);
  }

  /** Adds a result. At once, so that neither Ctrl-C nor a crash loses it. @throws RerankError `output-failed` */
  append(result: Result): void {
    try {
      appendFileSync(this.path, `${JSON.stringify(result)}\n`);
    } catch (cause) {
      throw notWritten(`The results file ${this.path}`, cause);
    }
  }
}

/** The file's bytes; none where there is no file yet. Devices and pipes may never end, and cannot be gone on from. */
async function readIfThere(path: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is not a file');
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw new RerankError(
      'invalid-input',
      `The results file ${path} cannot be used: ${(cause as Error).message}`,
      { cause },
    );
  }
}

const headingLine = (key: ResultsKey): string => `${JSON.stringify({ format: FORMAT, ...key })}\n`;

function requireKey(path: string, heading: string, key: ResultsKey): void {
  const found = parse(heading);
  if (!isObject(found) || found.format !== FORMAT) throw foreign(path, 1);
  const differing = Object.keys(key).filter((name) => found[name] !== key[name]);
  if (differing.length === 0) return;
  const pairs = differing.map(
    (name) => `${name} ${JSON.stringify(found[name])}, not ${JSON.stringify(key[name])}`,
  );
  throw new RerankError(
    'invalid-input',
    `The results in ${path} are of another evaluation: ${pairs.join('; ')}. Give another file to --resume, or delete ` +
      'this one to start afresh.',
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // what is not JSON is not a result either
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function foreign(path: string, line: number): RerankError {
  return new RerankError(
    'invalid-data',
    `${path}:${line}: not a line of a results file of this command. Give another file to --resume.`,
  );
}
