import { crossTolerance, verifyLogits } from '../backend/self-check.js';
import { RerankError } from '../errors.js';
import type { OpenRequest, SelfCheck } from '../protocol.js';

/**
 * Makes the check that WebGPU is held to where no logits are stored: those that the same graph gives on the CPU.
 * @param score - scores the check's pairs on the CPU, with the model's own logit or the early one of a cut
 * @throws RerankError `self-check-failed` where the CPU's are no logits either
 */
export async function crossCheck(
  { check, dtype, stages }: Pick<OpenRequest, 'check' | 'dtype' | 'stages'>,
  score: (cut?: number) => Promise<Float32Array>,
): Promise<SelfCheck> {
  const expected = async (cut?: number) => {
    const logits = [...(await score(cut))];
    verifyLogits({ pairs: check.pairs }, logits);
    return { logits, tolerance: crossTolerance(dtype, logits) };
  };
  const early: NonNullable<SelfCheck['early']> = [];
  for (const cut of stages?.cuts.keys() ?? []) early.push(await expected(cut));
  return { ...check, ...(await expected()), early };
}

/**
 * The error to report where the CPU failed. A graph that it cannot run (the WebGPU builds of onnxruntime-web lack some of its
 * kernels, and its memory ends at 4 GB) cannot be compared, and what was not checked does not serve.
 */
export function explainCrossCheck(error: unknown): unknown {
  if (!(error instanceof RerankError) || !['backend-failed', 'run-failed'].includes(error.code)) return error;
  return new RerankError(
    'self-check-failed',
    'Self-check failed: this model has no stored logits, and the CPU, which WebGPU is compared with, cannot run it: ' +
      `${error.message}. A folder with a reranker.json (python -m training.export) needs no comparison.`,
    { cause: error },
  );
}
