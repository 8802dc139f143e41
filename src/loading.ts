import type { Pool } from './bridge/pool.js';
import { whyTooSmall } from './backend/device-size.js';
import { plan, type PlannedAttempt } from './backend/plan.js';
import { abortError, isAbort, RerankError, type RerankErrorCode } from './errors.js';
import { resolveKeptBytes } from './input.js';
import type { Environment } from './environment.js';
import { meansAbsent, withoutQuery } from './model/answer.js';
import type { DefaultActivation } from './model/default-activation.js';
import { findModel } from './model/find.js';
import type { ModelLoader } from './model/load.js';
import type { Prompts } from './model/prompts.js';
import { resolveModel } from './model/source.js';
import { optionUrl } from './model/urls.js';
import { offeredWeights, weightBytes } from './model/weights.js';
import { AttemptFailure, ModelOpener } from './open-model.js';
import type { Stages } from './protocol.js';
import type { Attempt, RerankerInfo, RerankerOptions, Runtime } from './types.js';

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

/** A folder as it was found, and what is to be tried with what it has. */
interface Folder {
  loader: ModelLoader;
  opener: ModelOpener;
  planned: readonly PlannedAttempt[];
  passedOver: Attempt[];
  /** Why the device has too little memory for what is planned first. */
  tooSmall: string | undefined;
}

/** A model with its plan: opens a pool on the first attempt that holds, and on later ones when that one breaks. */
export class Loading {
  readonly #attempts: Attempt[];
  /** Position in the plan of the attempt that serves or is tried next. */
  #position = 0;
  #opened = false;

  private constructor(
    private readonly findFolder: (again: boolean, signal?: AbortSignal) => Promise<Folder>,
    private folder: Folder,
    /** What the caller's `onProgress` threw: his own error, and nobody else's. */
    private readonly thrown: { error: unknown }[],
  ) {
    this.#attempts = folder.passedOver;
  }

  /**
   * Finds the model and makes the plan; weights and runtime are not touched yet.
   * @throws RerankError as the model's first file and the plan give it
   */
  static async begin(environment: Environment, options: RerankerOptions): Promise<Loading> {
    const keptBytes = resolveKeptBytes(options);
    const source = resolveModel(options, environment.baseUrl, environment.bundledModel);
    if (options.runtimeUrl !== undefined) optionUrl('runtimeUrl', options.runtimeUrl, environment.baseUrl);
    const capabilities = environment.capabilities(options.device);
    const cache = await environment.openCache(options.cache ?? true);
    const thrown: { error: unknown }[] = [];
    const told: RerankerOptions = {
      ...options,
      onProgress: (progress) => {
        try {
          options.onProgress?.(progress);
        } catch (error) {
          thrown.push({ error });
          throw error;
        }
      },
    };
    const findFolder = async (again: boolean, signal?: AbortSignal): Promise<Folder> => {
      const context = {
        fetch: options.fetch ?? environment.fetch,
        cache,
        retries: options.retries ?? 3,
        stallTimeout: options.stallTimeout,
        revalidate: again,
        onProgress: told.onProgress,
      };
      const loader = await findModel(source, context, signal);
      const offered = offeredWeights(loader, options);
      const device = await capabilities;
      const { attempts: planned, passedOver } = plan(device, offered, options);
      const [first] = planned;
      const tooSmall = first && whyTooSmall(device, weightBytes(loader, first.dtype, options));
      const opener = new ModelOpener(environment, told, loader, keptBytes);
      return { loader, opener, planned, passedOver, tooSmall };
    };
    return new Loading(findFolder, await findFolder(false, options.signal), thrown);
  }

  /** Every try so far, as {@link RerankerInfo} lists them. */
  get attempts(): Attempt[] {
    return structuredClone(this.#attempts);
  }

  /** Stops here where the device has too little memory. @throws RerankError `unsupported-environment` with the sizes */
  refuseSmallDevice(): void {
    const { planned, tooSmall } = this.folder;
    const [first] = planned;
    if (!first || tooSmall === undefined) return;
    const { device, dtype } = first;
    this.#attempts.push({ device, dtype, ok: false, reason: `not tried: ${tooSmall}` });
    throw new RerankError('unsupported-environment', `The model was not loaded: ${tooSmall}.`);
  }

  /** What `rank` does to logits unless told otherwise. */
  get activation(): DefaultActivation {
    return this.folder.opener.settings?.activation ?? 'identity'; // its settings are there once a pool is open
  }

  /** What may be put in front of queries. */
  get prompts(): Prompts {
    return this.folder.opener.settings?.prompts ?? { prompts: {}, defaultPromptName: undefined };
  }

  /** Where the model may be cut; undefined for a plain one. */
  get stages(): Stages | undefined {
    return this.folder.loader.manifest?.stages;
  }

  /**
   * Opens a pool on the present attempt, or on the next that holds. A folder that was published anew meanwhile is read anew.
   * @throws RerankError the only attempt's own failure, or `backend-failed` with all of them; what `onProgress` throws, as
   *   it is
   */
  async open(signal?: AbortSignal): Promise<{ pool: Pool; info: RerankerInfo }> {
    this.thrown.length = 0;
    const reopening = this.#opened;
    const known = this.folder.loader.revision !== undefined;
    try {
      // Where there is no revision, nothing tells whether the folder is still the same.
      if (reopening && !known) await this.#beginAgain(signal);
      return await this.#openNext(signal);
    } catch (error) {
      const [thrown] = this.thrown;
      if (thrown) throw thrown.error;
      if (!(reopening && known) || isAbort(error, signal) || isBackendFault(error)) throw error;
      await this.#beginAgain(signal);
      return await this.#openNext(signal);
    }
  }

  /**
   * Gives the serving attempt up, with the reason.
   * @returns whether another is left; if not, the next `open` begins the plan anew
   */
  giveUp(reason: string): boolean {
    this.#withdraw(reason);
    this.#position++;
    const left = this.#position < this.folder.planned.length;
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

  /** Settles when what was read is in the cache, or has turned out not to fit; nothing but the end of all waits for it. */
  written(): Promise<void> {
    return this.folder.loader.written();
  }

  #withdraw(reason: string): void {
    const serving = this.#attempts.findLast((attempt) => attempt.ok);
    if (serving) Object.assign(serving, { ok: false, reason });
  }

  /** Reads manifest and texts anew; where the plan is another one now, it begins from its start. */
  async #beginAgain(signal: AbortSignal | undefined): Promise<void> {
    const before = this.folder.planned;
    this.folder = await this.findFolder(true, signal);
    if (JSON.stringify(before) === JSON.stringify(this.folder.planned)) return;
    this.#position = 0;
    this.#attempts.splice(0, Infinity, ...this.folder.passedOver);
  }

  async #openNext(signal: AbortSignal | undefined): Promise<{ pool: Pool; info: RerankerInfo }> {
    const failures: { error: RerankError; absent: boolean }[] = [];
    const brokenRuntimes = new Set<Runtime>();
    let reread = false;
    for (;;) {
      const { loader, opener, planned } = this.folder;
      const attempt = planned[this.#position];
      if (!attempt) throw this.#exhausted(failures);
      const { device, dtype, runtime } = attempt;
      if (brokenRuntimes.has(runtime)) {
        const reason = 'not tried: its runtime did not start with other weights either';
        this.#attempts.push({ device, dtype, ok: false, reason });
        this.#position++;
        continue;
      }
      try {
        const pool = await opener.open(attempt, signal);
        if (signal?.aborted) {
          pool.close(abortError(signal));
          throw abortError(signal);
        }
        loader.confirm();
        this.#opened = true;
        this.#attempts.push({ device, dtype, ok: true });
        return { pool, info: this.#info(attempt, pool) };
      } catch (failure) {
        const { error, place } =
          failure instanceof AttemptFailure ? failure : { error: failure, place: undefined };
        if (this.thrown.length > 0 || isAbort(error, signal)) throw error;
        // A plain folder does not say which files it has: weights that are not there are passed over.
        const absent = place === 'weights' && meansAbsent(error) && !loader.manifest;
        if (!absent && !isBackendFault(error)) {
          const better = isFileFault(error) && (await loader.withdraw());
          if (!better || reread) throw await opener.explain(error, signal);
          reread = true;
          opener.forgetTexts();
          continue;
        }
        if (place === 'runtime') brokenRuntimes.add(runtime);
        if (place === 'model') opener.doubtWeights(attempt);
        failures.push({ error, absent });
        this.#attempts.push({ device, dtype, ok: false, reason: error.message });
        this.#position++;
      }
    }
  }

  #info({ device, dtype }: PlannedAttempt, pool: Pool): RerankerInfo {
    const { loader, opener } = this.folder;
    const { maxLength = 0, modelMaxLength = 0 } = opener.settings ?? {}; // there once a pool is open
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
      attempts: this.attempts,
      files: structuredClone(loader.files),
    };
  }

  #exhausted(failures: readonly { error: RerankError; absent: boolean }[]): RerankError {
    const [only, ...others] = failures;
    if (only && others.length === 0) return only.error;
    const cause = failures.at(-1)?.error;
    if (failures.every(({ absent }) => absent)) {
      // What was refused may be there, for others.
      const told = failures.find(({ error }) => error.code !== 'not-found')?.error ?? cause;
      const list = failures.map(({ error }) => error.message).join(' ');
      const { baseUrl } = this.folder.loader.source;
      const message = `${withoutQuery(baseUrl)} has no weights that can run here. ${list}`;
      return new RerankError(told?.code ?? 'not-found', message, { cause });
    }
    const list = this.#attempts.map(
      ({ device, dtype, reason }) => `${device}${dtype ? ` ${dtype}` : ''}: ${reason}`,
    );
    return new RerankError('backend-failed', `No backend can run this model here. ${list.join('; ')}`, {
      cause,
    });
  }
}

/** Whether another copy of the model's files may do better. */
function isFileFault(error: unknown): boolean {
  return error instanceof RerankError && ['invalid-data', 'unsupported-model'].includes(error.code);
}
