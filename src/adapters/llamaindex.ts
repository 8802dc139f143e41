import type { BaseNodePostprocessor } from '@llamaindex/core/postprocessor';
import { MetadataMode } from '@llamaindex/core/schema';
import { extractText } from '@llamaindex/core/utils';
import { resolveReranker } from '../search/reranker-source.js';
import type { RankOptions, RerankerSource } from '../types.js';

/** Options of {@link rerankerPostprocessor}: those of `rank`, with which every ranking is made. */
export type RerankerPostprocessorOptions = Omit<RankOptions<string>, 'text' | 'onPartial'>;

/**
 * Makes a node postprocessor for LlamaIndex (`@llamaindex/core` 0.6) that puts nodes into the reranker's order and gives them its
 * scores. Nodes are ranked by their text without metadata; without a query they stay as they are.
 *
 * @param source - a reranker, a promise of one, or a function that makes one at the first call; whoever made it disposes it
 */
export function rerankerPostprocessor(
  source: RerankerSource,
  options: RerankerPostprocessorOptions = {},
): BaseNodePostprocessor {
  const reranker = resolveReranker(source);
  return {
    async postprocessNodes(nodes, query) {
      if (query === undefined) return nodes;
      const texts = nodes.map(({ node }) => node.getContent(MetadataMode.NONE));
      const ranking = await (await reranker()).rank(extractText(query), texts, options);
      return ranking.flatMap(({ index, score }) =>
        nodes.slice(index, index + 1).map((node) => ({ ...node, score })),
      );
    },
  };
}
