import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { crossTolerance, DEFAULT_CHECK } from '../backend/self-check.js';
import type { Environment } from '../environment.js';
import { CATALOGUE } from '../model/catalogue.js';
import { parseManifest, type Manifest, type ManifestFile } from '../model/manifest.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { Dtype } from '../types.js';
import type { Pulled, PulledGraph } from './pull-download.js';
import type { PullFolder } from './pull-folder.js';

/** From the truest dtype to the coarsest: the first that was pulled gives the logits that the others are held to. */
const TRUEST_FIRST: readonly Dtype[] = ['fp32', 'fp16', 'w8', 'q8', 'q4', 'q4f16'];

/** WASM has no fp16 of its own: it computes these graphs in fp32. */
const COMPUTED_AS: Partial<Record<Dtype, Dtype>> = { fp16: 'fp32', q4f16: 'fp32' };

/** A runtime's kernels may round otherwise than the one that the error was measured with; as in training/export. */
const MARGIN = 1.5;

/**
 * Makes the reranker.json of a pulled folder. One that the source has keeps what it says, but lists only what was pulled; else the
 * self-check's logits are computed here.
 * @param environment - where the graphs are opened
 * @throws RerankError where a graph does not open, or scores what no ranker gives
 */
export async function describePulled(
  folder: PullFolder,
  pulled: Pulled,
  environment: Environment,
): Promise<Manifest> {
  const { graphs, maxLength, loader } = pulled;
  const { source, manifest: given } = loader;
  const files = Object.fromEntries(
    [...folder.files].map(([path, file]): [string, ManifestFile] => {
      const dtype = graphs.find((graph) => graph.path === path)?.dtype;
      const said =
        given?.files[path] ??
        (dtype && { dtype, ...(dtype === 'q8' && { devices: ['wasm'], optimize: true }) });
      return [path, { ...said, ...file, parts: undefined }];
    }),
  );
  if (given) return parsed({ ...given, files });
  const hub = Object.values(CATALOGUE).find(
    (entry) => entry.kind === 'hub' && source.baseUrl.includes(`/${entry.repository}/resolve/`),
  );
  return parsed({
    version: 1,
    name: source.name,
    revision: loader.revision ?? revisionOf(files),
    maxLength,
    ...(source.activation && { activation: source.activation }),
    ...(hub && { license: hub.license }),
    files,
    check: await computeCheck(pathToFileURL(`${folder.path}/`).href, graphs, maxLength, environment),
  });
}

/** As it will be read, so that nothing is written that no page would take. */
function parsed(manifest: Manifest): Manifest {
  return parseManifest(JSON.stringify(manifest), 'reranker.json');
}

/** Where the host names no commit: a name that changes with any file. */
function revisionOf(files: Manifest['files']): string {
  const hashes = Object.values(files).map(({ sha256 }) => sha256);
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex').slice(0, 12);
}

/**
 * Scores the pairs of the self-check with every graph, together and one by one: dynamic int8 makes a pair's score depend on its
 * neighbours. A dtype's tolerance is 1.5 times its largest difference to the truest dtype's logits, and what two devices may
 * differ by for the same graph.
 */
async function computeCheck(
  folder: string,
  graphs: readonly PulledGraph[],
  maxLength: number,
  environment: Environment,
): Promise<NonNullable<Manifest['check']>> {
  const runs: { dtype: Dtype; together: number[]; alone: number[] }[] = [];
  for (const dtype of TRUEST_FIRST) {
    const graph = graphs.find((each) => each.dtype === dtype);
    if (graph) runs.push({ dtype, ...(await score(folder, graph, maxLength, environment)) });
  }
  const logits = (runs[0]?.together ?? []).map((logit) => Number(logit.toFixed(5)));
  const tolerance = runs.map(({ dtype, together, alone }) => {
    const errors = [together, alone].flatMap((run) =>
      run.map((logit, pair) => Math.abs(logit - (logits[pair] ?? NaN))),
    );
    return [dtype, roundUp(MARGIN * Math.max(...errors) + crossTolerance(dtype, logits))] as const;
  });
  return { pairs: DEFAULT_CHECK.pairs, logits, tolerance: Object.fromEntries(tolerance) };
}

async function score(
  model: string,
  { path, dtype }: PulledGraph,
  maxLength: number,
  environment: Environment,
) {
  const options = { model, file: path, dtype: COMPUTED_AS[dtype] ?? dtype, maxLength, cache: false };
  const reranker = await createRerankerIn(environment, options);
  try {
    const together = [...(await reranker.predict(DEFAULT_CHECK.pairs))];
    const alone: number[] = [];
    for (const pair of DEFAULT_CHECK.pairs) alone.push(...(await reranker.predict([pair])));
    return { together, alone };
  } finally {
    await reranker.dispose();
  }
}

/** To two digits. */
function roundUp(tolerance: number): number {
  const step = 10 ** (Math.floor(Math.log10(tolerance)) - 1);
  return Number((Math.ceil(tolerance / step) * step).toPrecision(2));
}
