import type { JSONObject, RerankingModelV4 } from '@ai-sdk/provider';
import { resolveReranker } from '../search/reranker-source.js';
import type { RankOptions, RerankerSource } from '../types.js';

/** Options of {@link aiSdkReranker}. */
export interface AiSdkOptions {
  /**
   * Name of the model in the SDK's logs and telemetry.
   * @default `browser-reranker`
   */
  modelId?: string | undefined;
  /**
   * Gives the text of a document that is an object.
   * @default the object as JSON, with a warning of the SDK (`compatibility`), since models were trained on prose
   */
  text?: ((document: JSONObject) => string) | undefined;
  /** More options for each ranking, `activation: 'sigmoid'` for scores from 0 to 1, for example. */
  rank?: Omit<RankOptions<string>, 'text' | 'topK' | 'signal' | 'onPartial'> | undefined;
}

/**
 * Makes a reranking model for `rerank()` of the AI SDK (`ai` 7, specification version 4). An error of ours is thrown as it is and is
 * not tried again by the SDK, since it would be the same; an abort is passed on.
 *
 * @param source - a reranker, a promise of one, or a function that makes one at the first call; whoever made it disposes it
 */
export function aiSdkReranker(source: RerankerSource, options: AiSdkOptions = {}): RerankingModelV4 {
  const { modelId = 'browser-reranker', text, rank } = options;
  const reranker = resolveReranker(source);
  return {
    specificationVersion: 'v4',
    provider: 'browser-reranker',
    modelId,
    async doRerank({ documents, query, topN, abortSignal }) {
      const { type, values } = documents;
      const texts = type === 'text' ? values : values.map(text ?? ((value) => JSON.stringify(value)));
      const ranker = await reranker();
      const ranking = await ranker.rank(query, texts, { ...rank, topK: topN, signal: abortSignal });
      const details =
        'Objects are ranked by their JSON. Give aiSdkReranker() the option text for their prose.';
      return {
        ranking: ranking.map(({ index, score }) => ({ index, relevanceScore: score })),
        warnings:
          type === 'object' && !text ? [{ type: 'compatibility', feature: 'object documents', details }] : [],
        response: { modelId: ranker.info.model },
      };
    },
  };
}
