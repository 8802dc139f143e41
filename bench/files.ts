import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillIn } from './docs.js';
import type { BenchOptions } from './options.js';
import { plotsOf } from './plot.js';
import { toMarkdown } from './report.js';
import type { Results } from './results.js';
import { modelDir } from './server.js';
import { visitorSection } from './visitors.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FOLDER = here('results');
const DOCS = here('../docs/performance.md');
const DOCS_PLOTS = here('../docs/performance');

/** How far scores of the 8-bit weights may lie apart, by the model's manifest. */
export function toleranceOf(model: string): number {
  const manifest = JSON.parse(readFileSync(join(modelDir(model), 'reranker.json'), 'utf8')) as {
    check?: { tolerance?: { q8?: number } };
  };
  return manifest.check?.tolerance?.q8 ?? 0.5;
}

/** Results of an earlier run. @throws Error for a file that is none */
export function readResults(file: string): Results {
  // JSON has null where a round was left out of a list.
  const restore = (key: string, value: unknown) => (value === null && /^\d+$/.test(key) ? undefined : value);
  const results = JSON.parse(readFileSync(file, 'utf8'), restore) as Partial<Results>;
  if (!results.ratios || !results.others || !results.workloads)
    throw new Error(`${file} is no result of this benchmark`);
  return results as Results; // written by writeResults
}

/** Writes JSON, Markdown and plots to `bench/results`, the JSON once more and into the documentation where asked. */
export function writeResults(results: Results, { json, docs }: Pick<BenchOptions, 'json' | 'docs'>): void {
  const name = results.quick ? 'quick' : 'full';
  const text = `${JSON.stringify(results, null, 2)}\n`;
  mkdirSync(FOLDER, { recursive: true });
  const markdown = toMarkdown(results, writePlots(results, FOLDER, `${name}-`));
  writeFileSync(join(FOLDER, `${name}.json`), text);
  writeFileSync(join(FOLDER, `${name}.md`), markdown);
  if (json !== undefined) {
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, text);
  }
  if (docs) writeDocs(results);
  console.log(`\n${markdown}\nwritten to ${FOLDER}${docs ? ` and ${DOCS}` : ''}`);
}

/** @returns file names of each model's plots */
function writePlots(results: Results, folder: string, prefix: string): Record<string, string[]> {
  return Object.fromEntries(
    [results, ...results.others].map((each) => [
      each.model,
      Object.entries(plotsOf(each)).map(([plot, svg]) => {
        const file = `${prefix}${each === results ? '' : `${each.model}-`}${plot}`;
        writeFileSync(join(folder, file), svg);
        return file;
      }),
    ]),
  );
}

/** The figures between the markers of docs/performance.md, the plots beside it. */
function writeDocs(results: Results): void {
  mkdirSync(DOCS_PLOTS, { recursive: true });
  for (const old of readdirSync(DOCS_PLOTS)) rmSync(join(DOCS_PLOTS, old));
  const files = writePlots(results, DOCS_PLOTS, '');
  const plots = Object.fromEntries(
    Object.entries(files).map(([model, names]) => [model, names.map((name) => `performance/${name}`)]),
  );
  const document = fillIn(readFileSync(DOCS, 'utf8'), 'results', toMarkdown(results, plots));
  writeFileSync(DOCS, fillIn(document, 'visitors', visitorSection(results)));
}
