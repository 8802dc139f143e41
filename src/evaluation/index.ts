/** Judging reranking: measures, readers of judged collections, and evaluators equal to the Python references. */
export { blobSource, fetchSource } from './files.js';
export type { ByteStream, FetchSourceOptions, FileSource } from './files.js';
export { readLines } from './lines.js';
export { readCorpus, readQueries } from './beir.js';
export { readQrels, readRun } from './judgments.js';
export type { Lines } from './tables.js';
export type { DataWarning } from './warnings.js';
export { loadBeirFolder, qrelsPaths } from './beir-folder.js';
export type { BeirFolder, BeirFolderOptions } from './beir-folder.js';
export {
  averagePrecision,
  evaluateRun,
  mrrAt,
  ndcgAt,
  rankingMetrics,
  recallAt,
  trecOrder,
} from './metrics.js';
export { crossEncoderFigures } from './cross-encoder-metrics.js';
export type { CrossEncoderFigures } from './cross-encoder-metrics.js';
export { RerankingEvaluator, summarise } from './evaluator.js';
export type {
  EvaluateOptions,
  EvaluationProgress,
  QueryResult,
  RerankingEvaluatorOptions,
  RerankingReport,
} from './evaluator.js';
export { CrossEncoderRerankingEvaluator } from './cross-encoder-evaluator.js';
export type {
  CrossEncoderEvaluatorOptions,
  RerankingSample,
  SampleResult,
} from './cross-encoder-evaluator.js';
export { NanoBeirEvaluator } from './nano-beir.js';
export type {
  NanoBeirOptions,
  NanoBeirProgress,
  NanoBeirQueryResult,
  NanoBeirRunOptions,
} from './nano-beir.js';
export { hubDatasetSource, NANO_BEIR_DATASET_ID, NANO_BEIR_SETS } from './nano-beir-data.js';
export type { HubDatasetOptions, NanoBeirName, ParquetReader } from './nano-beir-data.js';
export { compareQueries } from './comparison.js';
export type { QueryChange, QueryComparison } from './comparison.js';
export { blendReport, blendVerdict } from './blending.js';
export type { BlendChoice, BlendReport } from './blending.js';
export { bm25Run } from './bm25-run.js';
export type { Bm25RunOptions } from './bm25-run.js';
export { extremes, figureRows, reportData, reportMarkdown, signed, verdict } from './report.js';
export type { ReportData, ReportedQuery } from './report.js';
export { randomisationTest } from './significance.js';
export type { RandomisationOptions, RandomisationResult } from './significance.js';
export type {
  CorpusDocument,
  Judgments,
  MetricName,
  Metrics,
  PairScorer,
  Qrels,
  RerankingData,
  Run,
  ScoredDocument,
} from './types.js';
