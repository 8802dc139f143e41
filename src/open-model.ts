import { Pool } from './bridge/pool.js';
import type { Connection } from './bridge/connection.js';
import type { PlannedAttempt } from './backend/plan.js';
import { WASM_FILES } from './backend/runtime-files.js';
import { DEFAULT_CHECK } from './backend/self-check.js';
import { RerankError } from './errors.js';
import type { Environment } from './environment.js';
import { meansAbsent } from './model/answer.js';
import { parseObject } from './model/json.js';
import { explainModules, resolveLabel } from './model/labels.js';
import type { ModelLoader, ModelTexts, TextsUnderway } from './model/load.js';
import { readSettings, type ModelSettings } from './model/settings.js';
import { optionUrl } from './model/urls.js';
import { readExternalData, readGraph, weightPaths } from './model/weights.js';
import type { OpenRequest, PrepareRequest, SelfCheck } from './protocol.js';
import type { Dtype, RerankerOptions, Runtime } from './types.js';

/** What failed first: the worker's code or its runtime, whatever the weights; the weights' file; or the model as such. */
export type FailurePlace = 'runtime' | 'weights' | 'model';

/** An attempt that did not open, and where it failed. */
export class AttemptFailure extends Error {
  /** @param error - the failure itself. @param place - what is at fault */
  constructor(
    /** The failure itself. */
    readonly error: unknown,
    /** What is at fault. */
    readonly place: FailurePlace,
  ) {
    super(`The ${place} failed.`, { cause: error });
  }
}

/** Runs work, and takes note where the first failure of an attempt came up. */
type Blame = <T>(place: FailurePlace, work: () => Promise<T>) => Promise<T>;

/** What the model's files and the caller say of it. */
type OpenSettings = ModelSettings & Pick<OpenRequest, 'label'>;

/** Opens one model, with the files that a loader reads, in workers. */
export class ModelOpener {
  #texts: { texts: ModelTexts; settings: OpenSettings } | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly options: RerankerOptions,
    private readonly loader: ModelLoader,
    private readonly keptBytes: number,
  ) {}

  /** What the model's files say; there once an attempt has opened. */
  get settings(): ModelSettings | undefined {
    return this.#texts?.settings;
  }

  /** Reads the texts anew when the next attempt opens. */
  forgetTexts(): void {
    this.#texts = undefined;
  }

  /** A backend failed with the weights of an attempt. */
  doubtWeights({ dtype }: PlannedAttempt): void {
    for (const path of weightPaths(this.loader, dtype, this.options)) this.loader.doubt(path);
  }

  /** Adds to an error about what the model gives why that is so, where `modules.json` says it. */
  async explain(error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const unsupported = error instanceof RerankError && error.code === 'unsupported-model';
    if (!unsupported || this.loader.manifest) return error;
    const modules = await this.loader.readOptional('modules.json', signal).catch(() => undefined);
    const why = modules && explainModules(new TextDecoder().decode(modules));
    return why ? new RerankError(error.code, `${error.message} ${why}`, { cause: error }) : error;
  }

  /**
   * Opens a pool on an attempt. The worker's code comes first, and the answers that configuration and tokenizer are there: both
   * are small, and without them the weights would be downloaded for nothing. Then the runtime starts while the weights come
   * in; where they may not be there, not before the host has answered. What fails first ends all.
   * @throws AttemptFailure
   */
  async open(attempt: PlannedAttempt, signal: AbortSignal | undefined): Promise<Pool> {
    const { runtime, threads, workers } = attempt;
    const { environment, options, loader } = this;
    let first: FailurePlace | undefined;
    const blame: Blame = async (place, work) => {
      try {
        return await work();
      } catch (error) {
        first ??= place;
        throw error;
      }
    };
    const failed = new AbortController();
    const code = gate();
    const weights = gate();
    try {
      const prepare: PrepareRequest = {
        threads,
        wasmUrl: this.#wasmUrl(runtime),
        keepRuntime: options.cache ?? true,
      };
      const reading = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
      const model = blame('model', () =>
        this.#readModel(attempt, { code: code.passed, onWeights: weights.open, blame, signal: reading }),
      );
      model.catch(weights.fail);
      const readRuntime =
        options.runtimeUrl === undefined ? environment.runtimeFile?.(runtime).read : undefined;
      let binary: Promise<Uint8Array> | undefined; // the same for all workers
      const connect = (): Connection => {
        let connection: Connection;
        try {
          connection = environment.connect(runtime, options.timeout ?? 120_000, options.createWorker);
        } catch (error) {
          first ??= 'runtime';
          throw error;
        }
        return {
          ...connection,
          async prepare(request) {
            await blame('runtime', () => connection.load()).then(code.open, code.fail);
            await Promise.all([code.passed, weights.passed]);
            await blame('runtime', async () => {
              binary ??= readRuntime?.({ ...loader.context, signal: reading });
              await connection.prepare({ ...request, wasmBinary: await binary });
            });
          },
        };
      };
      return await Pool.open(connect, prepare, model, workers, signal);
    } catch (error) {
      failed.abort(error);
      throw new AttemptFailure(error, first ?? 'model');
    }
  }

  async #readModel(
    { device, dtype, threads, batchTokens, workers }: PlannedAttempt,
    under: { code: Promise<void>; onWeights: () => void; blame: Blame; signal: AbortSignal },
  ): Promise<OpenRequest> {
    const { loader, options } = this;
    const { manifest } = loader;
    const paths = weightPaths(loader, dtype, options);
    if (paths.some((path) => loader.expected(path).sha256 !== undefined)) under.onWeights();
    const underway = this.#readTexts(under.signal);
    await Promise.all([under.code, underway.answered]);
    const read = (file: string) => loader.read(file, under.signal, under.onWeights);
    const [{ texts, settings }, { path, graph: weights, externalData }] = await Promise.all([
      underway.texts,
      under
        .blame('weights', () => readGraph(paths, read, meansAbsent))
        .then(async (found) => ({
          ...found,
          externalData: await readExternalData(found, read, meansAbsent),
        })),
    ]);
    options.onProgress?.({ status: 'open', device, dtype });
    const { maxLength, maxLengthFrom, padId, label } = settings;
    return {
      ...texts,
      maxLength,
      maxLengthFrom,
      padId,
      label,
      device,
      dtype,
      threads,
      weights,
      externalData,
      // training/export writes q8 graphs fused; the runtime would only look for what is not there.
      optimize: manifest?.files[path]?.optimize ?? !(manifest && dtype === 'q8'),
      batchTokens,
      stages: manifest?.stages,
      keptBytes: Math.floor(this.keptBytes / workers),
      check: checkFor(loader, dtype),
    };
  }

  #readTexts(signal: AbortSignal): Pick<TextsUnderway, 'answered'> & {
    texts: Promise<{ texts: ModelTexts; settings: OpenSettings }>;
  } {
    if (this.#texts) return { answered: Promise.resolve(), texts: Promise.resolve(this.#texts) };
    const { loader, options } = this;
    const underway = loader.readTexts(signal);
    const texts = underway.texts.then(({ tokenizer, tokenizerConfig, config, ...saved }) => {
      const known = { activation: loader.source.activation, ...loader.manifest };
      const settings = readSettings({ config, tokenizerConfig, ...saved }, known, options);
      const label = resolveLabel(parseObject(config, 'config.json'), options.label);
      return (this.#texts = {
        texts: { tokenizer, tokenizerConfig, config },
        settings: { ...settings, label },
      });
    });
    texts.catch(() => undefined); // nobody waits for it where the worker's code fails
    return { answered: underway.answered, texts };
  }

  #wasmUrl(runtime: Runtime): string | undefined {
    const { runtimeUrl } = this.options;
    if (this.environment.ownFiles) return undefined;
    if (runtimeUrl === undefined) return this.environment.runtimeFile?.(runtime).url;
    const { baseUrl, query } = optionUrl('runtimeUrl', runtimeUrl, this.environment.baseUrl);
    return baseUrl + WASM_FILES[runtime] + query;
  }
}

/** A promise that is settled from outside. */
function gate(): { passed: Promise<void>; open: () => void; fail: (error: Error) => void } {
  let open: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const passed = new Promise<void>((resolve, reject) => ([open, fail] = [resolve, reject]));
  passed.catch(() => undefined); // not everyone who could wait for it does
  return { passed, open, fail };
}

function checkFor({ manifest }: ModelLoader, dtype: Dtype): SelfCheck {
  const check = manifest?.check;
  const tolerance = check?.tolerance[dtype];
  if (!check || tolerance === undefined) return DEFAULT_CHECK;
  const early = check.early?.map((cut) => ({
    logits: cut.logits,
    tolerance: cut.tolerance[dtype] ?? tolerance,
  }));
  return { pairs: check.pairs, logits: check.logits, tolerance, maxLength: manifest.maxLength, early };
}
