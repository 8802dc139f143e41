import { probe, type Capabilities } from './backend/capabilities.js';
import { messageOf, RerankError } from './errors.js';
import { CACHE_NAME } from './model/cache.js';
import { inTime } from './model/time-limit.js';
import type { Reranker, RerankerInfo } from './types.js';
import { VERSIONS } from './version.js';

/** What a report is about. */
export interface DiagnoseOptions {
  /** The reranker, where one was created: its model, what was tried and what was read. */
  reranker?: Pick<Reranker, 'info'> | undefined;
  /** What was thrown, where something was: its code, its message and what is underneath. */
  error?: unknown;
}

/** The little of a page's globals that is read here; any of it may be missing. */
interface Surroundings {
  navigator?: Partial<Navigator> & { connection?: { saveData?: boolean; effectiveType?: string } };
  location?: Location;
  isSecureContext?: boolean;
  trustedTypes?: unknown;
}

/** How long Cache Storage may take to answer. */
const ANSWER_MS = 3_000;

/**
 * Describes where the package runs and what it did, as Markdown for a bug report: versions, browser, GPU and features, the
 * runtime that was chosen and every attempt, files and how long they took, the state of the cache, and the error. It holds no
 * query, no passage and no address but those of the page and of the files that were loaded, without their queries. Never rejects.
 *
 * @example
 * ```ts
 * import { diagnose } from 'browser-reranker/diagnose';
 *
 * createReranker().catch(async (error) => console.log(await diagnose({ error })));
 * ```
 */
export async function diagnose({ reranker, error }: DiagnoseOptions = {}): Promise<string> {
  const capabilities = await probe();
  return [
    section('Versions', [`browser-reranker ${VERSIONS.package}, onnxruntime-web ${VERSIONS.runtime}`]),
    section('Surroundings', surroundings(capabilities)),
    section('Cache', await cacheState()),
    ...(reranker ? [section('Reranker', rerankerLines(reranker.info))] : []),
    section('Files and their times', fileTimes()),
    ...(error === undefined ? [] : [section('Error', errorLines(error))]),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`### ${title}`, '', ...lines.map((line) => `- ${line}`)].join('\n');
}

function surroundings({
  webgpu,
  webgpuReason,
  shaderF16,
  jspi,
  isolated,
  cores,
  memory,
}: Capabilities): string[] {
  const { navigator, location, isSecureContext, trustedTypes } = globalThis as unknown as Surroundings;
  const { saveData = false, effectiveType = 'unknown' } = navigator?.connection ?? {};
  return [
    `browser: ${navigator?.userAgent ?? 'unknown'}`,
    `page: ${location ? withoutQuery(location.href) : 'none'}, secure: ${String(isSecureContext ?? 'unknown')}, isolated: ${isolated}, Trusted Types: ${trustedTypes ? 'known' : 'unknown'}`,
    `WebGPU: ${webgpu}${webgpuReason ? ` (${webgpuReason})` : ''}, 16-bit floats: ${shaderF16}, JSPI: ${jspi}`,
    `workers: ${'Worker' in globalThis}, Web Locks: ${Boolean(navigator?.locks)}, SubtleCrypto: ${Boolean(globalThis.crypto?.subtle)}`,
    `cores: ${cores}, memory: ${memory === undefined ? 'unknown' : `${memory} GiB or more`}, network: ${effectiveType}, Save-Data: ${saveData}`,
  ];
}

async function cacheState(): Promise<string[]> {
  if (!('caches' in globalThis)) return ['Cache Storage is missing (an insecure page, or not a browser)'];
  try {
    const late = () => new Error('no answer');
    const cache = await inTime(caches.open(CACHE_NAME), ANSWER_MS, late);
    const files = await inTime(cache.keys(), ANSWER_MS, late);
    const estimate = await inTime(navigator.storage.estimate(), ANSWER_MS, late);
    return [
      `${files.length} files kept, ${megabytes(estimate.usage)} of ${megabytes(estimate.quota)} used by the origin`,
      ...files.map(({ url }) => withoutQuery(url)),
    ];
  } catch (error) {
    return [`Cache Storage cannot be read: ${messageOf(error)}`];
  }
}

function rerankerLines(info: RerankerInfo): string[] {
  const { model, revision, device, dtype, threads, workers, maxLength, stages, attempts } = info;
  return [
    `model: ${model}${revision ? ` at ${revision}` : ''}, up to ${maxLength ?? 'an unknown number of'} tokens, ${stages} stages`,
    `runs on ${device}${dtype ? ` (${dtype})` : ''}, ${workers} workers with ${threads} threads each`,
    ...attempts.map(
      ({ device, dtype, ok, reason }) =>
        `tried ${device}${dtype ? ` (${dtype})` : ''}: ${ok ? 'in use' : (reason ?? 'not used')}`,
    ),
    ...info.files.map(
      ({ file, bytes, fromCache }) => `${file}: ${bytes} bytes from the ${fromCache ? 'cache' : 'network'}`,
    ),
  ];
}

/** What the browser knows of how long the model's files and the runtime took. */
function fileTimes(): string[] {
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const ours = entries.filter(({ name }) =>
    /\.(onnx|wasm)\b|(entry|worker)-\w+|tokenizer|reranker\.json/.test(name),
  );
  if (ours.length === 0) return ['none that this page has loaded'];
  return ours.map(
    ({ name, duration, transferSize }) =>
      `${withoutQuery(name)}: ${duration > 0 ? `${Math.round(duration)} ms` : 'time unknown'}, ${transferSize} bytes over the network`,
  );
}

function errorLines(error: unknown, depth = 0): string[] {
  const { name, cause } = error instanceof Error ? error : { name: typeof error, cause: undefined };
  const code = RerankError.is(error) ? ` (${error.code})` : '';
  const line = `${depth ? 'because of ' : ''}${name}${code}: ${messageOf(error)}`;
  return [line, ...(cause === undefined || depth > 5 ? [] : errorLines(cause, depth + 1))];
}

/** A query may hold a key. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function megabytes(bytes = 0): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
