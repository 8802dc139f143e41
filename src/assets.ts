import { workerBeside } from './bridge/worker-beside.js';
import { optionUrl } from './model/urls.js';
import type { RerankerOptions } from './types.js';

/**
 * Fills in what the option `assetsUrl` stands for: workers, runtime and models of one folder, as `browser-reranker assets`
 * and the script tag's build lay it out. What the caller names beside it counts.
 *
 * @param pageUrl - gives what relative URLs start from
 * @throws RerankError `invalid-input` where it is no URL
 */
export function withAssets(options: RerankerOptions, pageUrl: () => string): RerankerOptions {
  if (options.assetsUrl === undefined) return options;
  const { baseUrl, query } = optionUrl('assetsUrl', options.assetsUrl, pageUrl());
  return {
    createWorker: workerBeside(baseUrl, query),
    runtimeUrl: `${baseUrl}runtime/${query}`,
    modelsUrl: `${baseUrl}models/${query}`,
    ...options,
  };
}
