import type { OpenRequest, StageCut, Stages } from '../protocol.js';
import { planBatches } from './batches.js';
import { CuttableGraph } from './cut-graph.js';
import { KeptStates } from './kept.js';
import type { BatchCost, PairModel } from './pair-model.js';
import { rankingOutput, readLogits } from './logits.js';
import { splitPair, type Segment } from './segments.js';
import {
  openGraph,
  type GraphSession,
  type OrtRuntime,
  type RuntimeRequest,
  type Tensor,
} from './session.js';
import { batchLength, INTEGER_INPUTS, integerFeeds, joinStates, splitStates } from './tensors.js';
import type { EncodedPair } from './tokenizer.js';

/** For the query of a ranking, which comes with each of its chunks; apart, so that passages cannot push it out. */
const QUERY_BYTES = 2 ** 20;

/** What a model in stages needs of {@link OpenRequest}. */
export type StagedRequest = RuntimeRequest &
  Pick<OpenRequest, 'weights' | 'padId' | 'batchTokens' | 'keptBytes'> & { stages: Stages };

/** A segment, and where its states are taken up: at a cut (they are at hand), or from its tokens (-1). */
interface Start {
  segment: Segment;
  from: number;
  states: Float32Array | undefined;
}

/**
 * A model whose lower layers keep query and passage apart, run in stages: each half by itself up to the last cut, then
 * both together. A passage's half does not depend on the query and is kept for the next one (MacAvaney et al. 2020,
 * "Efficient Document Re-Ranking for Transformers by Precomputing Term Representations", PreTTR); an early head at each
 * cut tells which passages are worth the layers above it (Soldaini & Moschitti 2020, "The Cascade Transformer").
 */
export class StagedModel implements PairModel {
  readonly #queries = new KeptStates(QUERY_BYTES);
  readonly #passages: KeptStates;
  readonly #heads = new Map<number, Promise<GraphSession>>();

  private constructor(
    private readonly ort: OrtRuntime,
    private readonly request: StagedRequest,
    /** From the tokens to the first cut, from cut to cut, and from the last cut to the logit. */
    private readonly sessions: readonly GraphSession[],
    private readonly headGraphs: readonly Uint8Array[],
  ) {
    this.#passages = new KeptStates(request.keptBytes);
  }

  /**
   * Cuts the graph and opens its stages. The early heads are small and are opened when they are first asked for.
   * @throws RerankError `backend-failed`; `invalid-data` and `unsupported-model` where the graph cannot be cut as told
   */
  static async open(ort: OrtRuntime, request: StagedRequest): Promise<StagedModel> {
    const graph = new CuttableGraph(request.weights);
    const { cuts } = request.stages;
    const to = [...cuts.map(({ states }) => states), rankingOutput(graph.outputNames)];
    const sessions: GraphSession[] = [];
    for (const [stage, output] of to.entries()) {
      const below = cuts[stage - 1]; // none: the first stage begins at the tokens
      const given = below ? [below.states, ...INTEGER_INPUTS] : INTEGER_INPUTS;
      sessions.push(await openGraph(ort, request, graph.cut(given, output)));
    }
    const heads = cuts.map(({ states, score }) => graph.cut([states, ...INTEGER_INPUTS], score));
    return new StagedModel(ort, { ...request, weights: new Uint8Array() }, sessions, heads);
  }

  async score(rows: readonly EncodedPair[], cut: number | undefined, cost: BatchCost): Promise<Float32Array> {
    const last = this.request.stages.cuts.length - 1;
    const pairs = rows.map(splitPair);
    const at = cut ?? last;
    const queries = await this.#states(
      pairs.map(({ query }) => query),
      at,
      this.#queries,
      cost,
    );
    const passages = await this.#states(
      pairs.map(({ passage }) => passage),
      at,
      this.#passages,
      cost,
    );
    cost.kept += pairs.filter(({ passage }) => passages.kept.has(passage.key)).length;
    const parts = pairs.map(({ query, passage }) =>
      [queries.states.get(query.key), passages.states.get(passage.key)].flatMap((states) => states ?? []),
    );
    const session = cut === undefined ? this.#session(last + 1) : await this.#head(cut);
    return readLogits(
      await this.#run(session, rows, at, this.#join(rows, parts), cost),
      rows.length,
      undefined,
    );
  }

  async release(): Promise<void> {
    const heads = await Promise.all(this.#heads.values());
    await Promise.all([...this.sessions, ...heads].map((session) => session.release()));
  }

  /** States of segments at a cut: kept ones, and the others computed, in batches of like length. */
  async #states(segments: readonly Segment[], at: number, kept: KeptStates, cost: BatchCost) {
    const found = { states: new Map<string, Float32Array>(), kept: new Set<string>() };
    const starts = new Map(segments.map((segment) => [segment.key, startOf(segment, at, kept)]));
    for (const [key, { from, states }] of starts) {
      if (states) found.kept.add(key);
      if (states && from === at) found.states.set(key, states);
    }
    for (let from = -1; from < at; from++) {
      const group = [...starts.values()].filter((start) => start.from === from);
      const lengths = group.map(({ segment }) => segment.ids.length);
      for (const batch of planBatches(lengths, this.request.batchTokens)) {
        const members = batch.flatMap((place) => group[place] ?? []);
        const rows = members.map(({ segment }) => segment);
        (await this.#raise(members, rows, from, at, cost)).forEach((states, place) => {
          const key = rows[place]?.key ?? '';
          found.states.set(key, states);
          kept.set(at, key, states);
        });
      }
    }
    return found;
  }

  /** Takes a batch from one cut (-1: from its tokens) to a higher one. @returns the states of each row */
  async #raise(
    members: readonly Start[],
    rows: readonly Segment[],
    from: number,
    at: number,
    cost: BatchCost,
  ) {
    let states =
      from < 0
        ? undefined
        : this.#join(
            rows,
            members.map((start) => (start.states ? [start.states] : [])),
          );
    for (let stage = from + 1; stage <= at; stage++) {
      states = await this.#run(this.#session(stage), rows, stage - 1, states, cost);
    }
    return states ? splitStates(states, rows, this.request.device) : [];
  }

  #join(rows: readonly EncodedPair[], parts: readonly (readonly Float32Array[])[]): Tensor {
    const floats = parts[0]?.reduce((sum, part) => sum + part.length, 0) ?? 0;
    return joinStates(
      this.ort,
      parts,
      batchLength(rows, this.request.device),
      floats / (rows[0]?.ids.length ?? 1),
    );
  }

  /** Runs a session that begins at a cut, or at the tokens. */
  #run(
    session: GraphSession,
    rows: readonly EncodedPair[],
    from: number,
    states: Tensor | undefined,
    cost: BatchCost,
  ) {
    const feeds = integerFeeds(this.ort, session, rows, this.request.padId);
    const cut: StageCut | undefined = this.request.stages.cuts[from];
    if (cut && states) feeds[cut.states] = states;
    return session.run(feeds, cost);
  }

  #session(stage: number): GraphSession {
    const session = this.sessions[stage];
    if (!session) throw new RangeError(`There is no stage ${stage}.`);
    return session;
  }

  #head(cut: number): Promise<GraphSession> {
    let head = this.#heads.get(cut);
    if (!head) {
      const graph = this.headGraphs[cut];
      if (!graph) throw new RangeError(`There is no cut ${cut}.`);
      this.#heads.set(cut, (head = openGraph(this.ort, this.request, graph)));
    }
    return head;
  }
}

/** The deepest states at hand, no deeper than wanted. */
function startOf(segment: Segment, at: number, kept: KeptStates): Start {
  for (let from = at; from >= 0; from--) {
    const states = kept.get(from, segment.key);
    if (states) return { segment, from, states };
  }
  return { segment, from: -1, states: undefined };
}
