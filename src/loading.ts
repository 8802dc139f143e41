import { Pool } from './bridge/pool.js';
import { plan, type PlannedAttempt } from './backend/plan.js';
import { DEFAULT_CHECK } from './backend/self-check.js';
import { isAbort, RerankError, type RerankErrorCode } from './errors.js';
import { resolveKeptBytes } from './input.js';
import type { Environment } from './environment.js';
import { ModelLoader, type ModelTexts } from './model/load.js';
import { readSettings, type ModelSettings } from './model/settings.js';
import { resolveModel } from './model/source.js';
import { offeredWeights, weightPath } from './model/weights.js';
import type { OpenRequest, SelfCheck, Stages } from './protocol.js';
import type { Activation, Attempt, Dtype, RerankerInfo, RerankerOptions, Runtime } from './types.js';

/** The `.wasm` file of each runtime, as onnxruntime-web names it. */
const WASM_FILES: Readonly<Record<Runtime, string>> = {
  wasm: 'ort-wasm-simd-threaded.wasm',
  webgpu: 'ort-wasm-simd-threaded.asyncify.wasm',
  jspi: 'ort-wasm-simd-threaded.jspi.wasm',
};

/** These say that the backend is at fault, so that the next attempt may do better; anything else ends loading. */
const BACKEND_FAULTS: readonly RerankErrorCode[] = [
  'backend-failed',
  'self-check-failed',
  'run-failed',
  'device-lost',
  'worker-failed',
  'timeout',
];

/** Whether the next attempt of a plan may succeed where this error came up. */
export function isBackendFault(error: unknown): error is RerankError {
  return error instanceof RerankError && BACKEND_FAULTS.includes(error.code);
}

/** A model with its plan: opens a pool on the first attempt that holds, and on later ones when that one breaks. */
export class Loading {
  readonly #attempts: Attempt[];
  #read: { texts: ModelTexts; settings: ModelSettings } | undefined;
  /** Position in the plan of the attempt that serves or is tried next. */
  #position = 0;

  private constructor(
    private readonly environment: Environment,
    private readonly options: RerankerOptions,
    private readonly loader: ModelLoader,
    private readonly planned: readonly PlannedAttempt[],
    private readonly keptBytes: number,
    passedOver: Attempt[],
  ) {
    this.#attempts = passedOver;
  }

  /**
   * Finds the model and makes the plan; weights and runtime are not touched yet.
   * @throws RerankError as the model's first file and the plan give it
   */
  static async begin(environment: Environment, options: RerankerOptions): Promise<Loading> {
    const keptBytes = resolveKeptBytes(options);
    const source = resolveModel(options, environment.baseUrl);
    const capabilities = environment.capabilities();
    const loader = new ModelLoader(source, {
      fetch: options.fetch ?? environment.fetch,
      cache: await environment.openCache(options.cache ?? true),
      retries: options.retries ?? 3,
      onProgress: options.onProgress,
    });
    await loader.begin(options.signal);
    const { attempts, passedOver } = plan(
      await capabilities,
      offeredWeights(loader.manifest, options.dtype),
      options,
    );
    return new Loading(environment, options, loader, attempts, keptBytes, passedOver);
  }

  /** What `rank` does to logits unless told otherwise. */
  get activation(): Activation {
    return this.loader.manifest?.activation ?? 'identity';
  }

  /** Where the model may be cut; undefined for a plain one. */
  get stages(): Stages | undefined {
    return this.loader.manifest?.stages;
  }

  /**
   * Opens a pool on the present attempt, or on the next that holds.
   * @throws RerankError the only attempt's own failure, or `backend-failed` with all of them
   */
  async open(signal?: AbortSignal): Promise<{ pool: Pool; info: RerankerInfo }> {
    const failures: unknown[] = [];
    for (; ; this.#position++) {
      const attempt = this.planned[this.#position];
      if (!attempt) throw this.#exhausted(failures);
      const { device, dtype } = attempt;
      try {
        const pool = await this.#openAttempt(attempt, signal);
        this.#attempts.push({ device, dtype, ok: true });
        return { pool, info: this.#info(attempt, pool) };
      } catch (error) {
        // A plain Hub folder does not say which files it has: one that is missing is passed over.
        const absent = error instanceof RerankError && error.code === 'not-found' && !this.loader.manifest;
        if (isAbort(error, signal) || !(absent || isBackendFault(error))) throw error;
        failures.push(error);
        this.#attempts.push({ device, dtype, ok: false, reason: error.message });
      }
    }
  }

  /**
   * Gives the serving attempt up, with the reason.
   * @returns whether another is left; if not, the next `open` begins the plan anew
   */
  giveUp(reason: string): boolean {
    this.#withdraw(reason);
    this.#position++;
    const left = this.#position < this.planned.length;
    if (!left) this.#position = 0;
    return left;
  }

  /** The serving attempt was ended on purpose: the next `open` begins with it, and it is listed once. */
  rest(): void {
    this.#attempts.splice(
      this.#attempts.findLastIndex(({ ok }) => ok),
      1,
    );
  }

  /** Lets the next `open` try the serving attempt once more. */
  repeat(reason: string): void {
    this.#withdraw(reason);
  }

  #withdraw(reason: string): void {
    const serving = this.#attempts.findLast((attempt) => attempt.ok);
    if (serving) Object.assign(serving, { ok: false, reason });
  }

  /** Workers start their runtime while the files come in; what fails first ends both. */
  async #openAttempt(attempt: PlannedAttempt, signal: AbortSignal | undefined): Promise<Pool> {
    const { runtime, threads, workers, dtype } = attempt;
    const { environment, loader, options } = this;
    const failed = new AbortController();
    const prepare = { threads, wasmUrl: this.#wasmUrl(runtime) };
    try {
      const reading = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
      const model = this.#readModel(attempt, reading);
      model.catch(() => undefined); // nobody waits for it where no worker can be made
      // Weights that may not be there come first: no runtime is fetched for nothing.
      if (loader.expected(weightPath(loader.manifest, dtype)).sha256 === undefined) await model;
      const connect = () => environment.connect(runtime, options.timeout ?? 120_000);
      const pool = await Pool.open(connect, prepare, model, workers, signal);
      await loader.written();
      return pool;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }

  async #readModel(
    { device, dtype, threads, batchTokens, workers }: PlannedAttempt,
    signal: AbortSignal,
  ): Promise<OpenRequest> {
    const { loader } = this;
    const [{ texts, settings }, weights] = await Promise.all([
      this.#readTexts(signal),
      loader.read(weightPath(loader.manifest, dtype), signal),
    ]);
    this.options.onProgress?.({ status: 'open', device, dtype });
    const check = checkFor(loader, dtype);
    // training/export writes q8 graphs fused; the runtime would only look for what is not there.
    const optimize = !(loader.manifest && dtype === 'q8');
    const { maxLength, maxLengthFrom, padId } = settings;
    return {
      ...texts,
      maxLength,
      maxLengthFrom,
      padId,
      device,
      dtype,
      threads,
      weights,
      optimize,
      batchTokens,
      stages: this.stages,
      keptBytes: Math.floor(this.keptBytes / workers),
      check,
    };
  }

  async #readTexts(signal: AbortSignal): Promise<{ texts: ModelTexts; settings: ModelSettings }> {
    if (this.#read) return this.#read;
    const { config, ...texts } = await this.loader.readTexts(signal);
    const { manifest } = this.loader;
    const settings = readSettings({ config, ...texts }, manifest?.maxLength, this.options.maxLength);
    return (this.#read = { texts, settings });
  }

  #wasmUrl(runtime: Runtime): string | undefined {
    const { runtimeUrl } = this.options;
    if (runtimeUrl === undefined) return undefined;
    const folder = new URL(
      runtimeUrl.endsWith('/') ? runtimeUrl : `${runtimeUrl}/`,
      this.environment.baseUrl,
    );
    return new URL(WASM_FILES[runtime], folder).href;
  }

  #info({ device, dtype }: PlannedAttempt, pool: Pool): RerankerInfo {
    const { loader } = this;
    const { maxLength = 0, modelMaxLength = 0 } = this.#read?.settings ?? {}; // there once a pool is open
    return {
      model: loader.manifest?.name ?? loader.source.name,
      revision: loader.revision,
      device,
      dtype,
      threads: pool.threads,
      workers: pool.size,
      maxLength,
      modelMaxLength,
      stages: (this.stages?.cuts.length ?? 0) + 1,
      attempts: structuredClone(this.#attempts),
      files: structuredClone(loader.files),
    };
  }

  #exhausted(failures: readonly unknown[]): unknown {
    const [only] = failures;
    if (this.planned.length === 1 && only) return only;
    const list = this.#attempts.map(
      ({ device, dtype, reason }) => `${device}${dtype ? ` ${dtype}` : ''}: ${reason}`,
    );
    return new RerankError('backend-failed', `No backend can run this model here. ${list.join('; ')}`, {
      cause: failures.at(-1),
    });
  }
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
