import { RerankError } from '../errors.js';
import type { OpenRequest } from '../protocol.js';
import { readLogits } from './logits.js';
import { openGraph, type OrtRuntime, type RunCost, type RuntimeRequest } from './session.js';
import { INTEGER_INPUTS, integerFeeds } from './tensors.js';
import type { EncodedPair } from './tokenizer.js';

/** What a batch costs; added to by the model. */
export interface BatchCost extends RunCost {
  /** Rows whose passage's states were kept from before. */
  kept: number;
}

/** A model that is open and turns rows into logits, a batch at a time. */
export interface PairModel {
  /**
   * Scores one batch.
   * @param cut - which early logit is wanted (position in `Stages.cuts`); undefined: the model's own
   * @returns one logit a row
   * @throws RerankError `run-failed`, `device-lost`; `unsupported-model` for outputs that are no logits
   */
  score(rows: readonly EncodedPair[], cut: number | undefined, cost: BatchCost): Promise<ArrayLike<number>>;
  /** Frees what it holds; it cannot score any more. */
  release(): Promise<void>;
}

/** What a plain model needs of {@link OpenRequest}. */
export type PlainRequest = RuntimeRequest & Pick<OpenRequest, 'weights' | 'padId' | 'label'>;

/**
 * Opens a graph that is run whole. It has no cuts, so `score` gives its own logit in any case.
 * @throws RerankError `backend-failed`, `unsupported-model` for unknown inputs or no output
 */
export async function openPlainModel(ort: OrtRuntime, request: PlainRequest): Promise<PairModel> {
  const session = await openGraph(ort, request, request.weights);
  checkInputs(session.inputs.map(({ name }) => name));
  return {
    async score(rows, _cut, cost) {
      const tensor = await session.run(integerFeeds(ort, session, rows, request.padId), cost);
      return readLogits(tensor, rows.length, request.label);
    },
    release: () => session.release(),
  };
}

function checkInputs(names: readonly string[]): void {
  if (names.every((name) => INTEGER_INPUTS.includes(name)) && names.includes('input_ids')) return;
  throw new RerankError(
    'unsupported-model',
    `The graph asks for ${names.join(', ')}; expected input_ids and at most ${INTEGER_INPUTS.slice(1).join(', ')}.`,
  );
}
