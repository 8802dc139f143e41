import { ContextualCompressionRetriever } from '@langchain/classic/retrievers/contextual_compression';
import { Document } from '@langchain/core/documents';
import { BaseRetriever } from '@langchain/core/retrievers';
import { createReranker } from 'browser-reranker';
import { RerankerCompressor } from 'browser-reranker/langchain';

const TEXTS = [
  'Berlin has some 170 museums, and many people visit them.',
  'Many people come to Berlin for its festivals.',
  'Berlin had a population of 3,520,031 registered inhabitants in 2016.',
  'The airport south of Berlin opened in 2020.',
];

/** Finds texts that have any word of the query; your vector store stands here. */
class WordRetriever extends BaseRetriever {
  lc_namespace = ['example'];

  async _getRelevantDocuments(query) {
    const words = query.toLowerCase().split(/\W+/).filter(Boolean);
    const found = TEXTS.filter((text) => words.some((word) => text.toLowerCase().includes(word)));
    return found.map((pageContent) => new Document({ pageContent }));
  }
}

const reranker = await createReranker({ model: 'minilm-l3-rerank-en' });
const retriever = new ContextualCompressionRetriever({
  baseRetriever: new WordRetriever(),
  baseCompressor: new RerankerCompressor(reranker, { topK: 2 }),
});
for (const { pageContent, metadata } of await retriever.invoke(
  process.argv[2] ?? 'How many people live in Berlin?',
))
  console.log(metadata.relevanceScore.toFixed(2), pageContent);
await reranker.dispose();
