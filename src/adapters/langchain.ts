import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseDocumentCompressor } from '@langchain/core/retrievers/document_compressors';
import { resolveReranker } from '../search/reranker-source.js';
import type { RankOptions, Reranker, RerankerSource } from '../types.js';

/** Options of {@link RerankerCompressor}. */
export interface RerankerCompressorOptions {
  /**
   * How many documents are left.
   * @default all of them, in the new order
   */
  topK?: number | undefined;
  /** More options for each ranking, `activation: 'sigmoid'` for scores from 0 to 1, for example; a `signal` ends every one. */
  rank?: Omit<RankOptions<DocumentInterface>, 'text' | 'topK' | 'onPartial'> | undefined;
}

/**
 * A document compressor for LangChain (`@langchain/core` 1) that puts documents into the reranker's order, for
 * `ContextualCompressionRetriever` and wherever else a compressor goes. Each document that is left is a copy with the score in
 * `metadata.relevanceScore`; those that were given stay as they are.
 */
export class RerankerCompressor extends BaseDocumentCompressor {
  readonly #reranker: () => Promise<Reranker>;
  readonly #options: RerankerCompressorOptions;

  /** @param source - a reranker, a promise of one, or a function that makes one at the first call; whoever made it disposes it */
  constructor(source: RerankerSource, options: RerankerCompressorOptions = {}) {
    super();
    this.#reranker = resolveReranker(source);
    this.#options = options;
  }

  /** Ranks documents by their `pageContent`. @returns copies, best first */
  override async compressDocuments(
    documents: DocumentInterface[],
    query: string,
  ): Promise<DocumentInterface[]> {
    const { topK, rank } = this.#options;
    const reranker = await this.#reranker();
    const text = ({ pageContent }: DocumentInterface) => pageContent;
    const ranking = await reranker.rank(query, documents, { ...rank, text, topK });
    return ranking.map(
      ({ document, score }) =>
        new Document({ ...document, metadata: { ...document.metadata, relevanceScore: score } }),
    );
  }
}
