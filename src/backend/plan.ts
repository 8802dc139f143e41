import { RerankError } from '../errors.js';
import type { Attempt, Device, Dtype, RerankerOptions, Runtime } from '../types.js';
import type { Capabilities } from './capabilities.js';

/** One way to run the model, to be tried in a fresh worker. */
export interface PlannedAttempt {
  /** Where. */
  device: Device;
  /** Which weights. */
  dtype: Dtype;
  /** Which build of onnxruntime-web. */
  runtime: Runtime;
  /** Threads in each worker. */
  threads: number;
  /** Workers that share the batches. */
  workers: number;
  /** Tokens in a batch, padding included. */
  batchTokens: number;
}

/** The weights a folder offers: by a manifest with the devices each was checked on, or by the Hub's names alone. */
export interface OfferedWeights {
  /** Dtypes that exist, or that may exist where there is no manifest. */
  dtype: Dtype;
  /** Devices that run this graph right; absent where nobody has said. */
  devices?: readonly Device[] | undefined;
}

/** What the plan is made of. */
export type PlanOptions = Pick<RerankerOptions, 'device' | 'dtype' | 'threads' | 'workers' | 'batchTokens'>;

/** Best first. q8 has no kernels on WebGPU: its nodes would fall back to the CPU with copies. */
const PREFERRED: Readonly<Record<Device, readonly Dtype[]>> = {
  webgpu: ['fp16', 'q4f16', 'w8', 'q4', 'fp32'],
  wasm: ['q8', 'w8', 'q4', 'fp32'],
};

const NEEDS_SHADER_F16: readonly Dtype[] = ['fp16', 'q4f16'];

/**
 * WASM, by measurement (q8, one thread, CPU time against 1,024 tokens): 512 takes .963 for 100 web passages and .867 for
 * 24, 2,048 takes 1.36; 256 gains no more. The first partial ranking comes in a third of the time. Lengths rounded up
 * to 16 cost more than they save. A GPU wants more at once; not measured on a real one yet.
 */
const BATCH_TOKENS: Readonly<Record<Device, number>> = { webgpu: 8192, wasm: 512 };

/** Each worker holds its own copy of the model, so a pool stays small. */
const MOST_WORKERS = 4;
/** On phones and tablets that do not say how much memory they have: systems end pages that take too much. */
const MOST_TOUCH_WORKERS = 2;
const MOST_THREADS = 8;

/**
 * Decides what to try, in order. Pure: capabilities, files and wishes in, attempts out.
 *
 * A device or dtype that the caller names is never left; `auto` prefers WebGPU on a real adapter with weights made for
 * it, then WASM. On plain Hub folders without shader-f16, fp32 on WebGPU is four times the download of int8 on WASM and
 * comes last.
 *
 * @returns the attempts, and what was passed over with the reason
 * @throws RerankError `unsupported-environment` where a named device or dtype cannot be had
 */
export function plan(
  capabilities: Capabilities,
  weights: readonly OfferedWeights[],
  options: PlanOptions,
): { attempts: PlannedAttempt[]; passedOver: Attempt[] } {
  const device = options.device ?? 'auto';
  const dtype = options.dtype ?? 'auto';
  const passedOver: Attempt[] = [];
  const candidates: { device: Device; dtype: Dtype }[] = [];
  for (const candidate of device === 'auto' ? (['webgpu', 'wasm'] as const) : [device]) {
    // An adapter that is left alone for a reason serves when it is asked for by name.
    const usable = candidate === 'wasm' || (capabilities.webgpu !== 'none' && device === 'webgpu');
    if (!usable && capabilities.webgpuReason !== undefined) {
      passedOver.push({ device: candidate, ok: false, reason: capabilities.webgpuReason });
      continue;
    }
    const found = PREFERRED[candidate].flatMap((each) => {
      if (dtype !== 'auto' && dtype !== each) return [];
      if (!weights.some((offer) => offer.dtype === each && (offer.devices?.includes(candidate) ?? true)))
        return [];
      if (candidate === 'webgpu' && NEEDS_SHADER_F16.includes(each) && !capabilities.shaderF16) {
        passedOver.push({
          device: candidate,
          dtype: each,
          ok: false,
          reason: 'the adapter has no shader-f16',
        });
        return [];
      }
      return [{ device: candidate, dtype: each }];
    });
    if (found.length === 0) {
      passedOver.push({
        device: candidate,
        ok: false,
        reason: `no weights for ${candidate}${dtype === 'auto' ? '' : ` in ${dtype}`}`,
      });
    }
    candidates.push(...found);
  }
  if (candidates.length === 0) {
    const reasons = passedOver
      .map((attempt) => `${attempt.dtype ?? attempt.device}: ${attempt.reason}`)
      .join('; ');
    throw new RerankError(
      'unsupported-environment',
      `Nothing can run device "${device}" with dtype "${dtype}" here (${reasons}). Use device "auto" and dtype "auto".`,
    );
  }
  const isLast = ({ device: where, dtype: what }: { device: Device; dtype: Dtype }) =>
    device === 'auto' && dtype === 'auto' && where === 'webgpu' && what === 'fp32' ? 1 : 0;
  candidates.sort((a, b) => isLast(a) - isLast(b)); // stable: the rest keeps its order
  return {
    attempts: candidates.map((candidate) => ({
      ...candidate,
      ...resources(capabilities, candidate.device, options),
    })),
    passedOver,
  };
}

/** Runtime, threads and workers for a device. */
function resources(
  capabilities: Capabilities,
  device: Device,
  options: PlanOptions,
): Omit<PlannedAttempt, 'device' | 'dtype'> {
  const { cores, memory, isolated, jspi, touch } = capabilities;
  const threads = options.threads === 'auto' ? undefined : options.threads;
  const workers = options.workers === 'auto' ? undefined : options.workers;
  const batchTokens = options.batchTokens ?? BATCH_TOKENS[device];
  if (device === 'webgpu') return { runtime: jspi ? 'jspi' : 'webgpu', threads: 1, workers: 1, batchTokens };

  const runtime = 'wasm';
  if (threads !== undefined && threads > 1 && !isolated) {
    throw new RerankError(
      'unsupported-environment',
      `threads is ${threads}, but this page is not cross-origin isolated. Send the headers Cross-Origin-Opener-Policy: ` +
        'same-origin and Cross-Origin-Embedder-Policy: require-corp, or use workers instead.',
    );
  }
  const share = workers ?? 1;
  if (isolated)
    return {
      runtime,
      threads: threads ?? Math.max(1, Math.floor(Math.min(cores, MOST_THREADS) / share)),
      workers: share,
      batchTokens,
    };
  const unknown = touch === true ? MOST_TOUCH_WORKERS : MOST_WORKERS;
  const byMemory = memory === undefined ? unknown : Math.max(1, Math.floor(memory / 2));
  return {
    runtime,
    threads: 1,
    workers: workers ?? Math.max(1, Math.min(cores, byMemory, MOST_WORKERS)),
    batchTokens,
  };
}
