import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plotsOf } from './plot.js';
import { toMarkdown } from './report.js';
import type { Results } from './results.js';
import { modelDir } from './server.js';

const FOLDER = fileURLToPath(new URL('results', import.meta.url));

/** How far scores of the 8-bit weights may lie apart, by the model's manifest. */
export function toleranceOf(model: string): number {
  const manifest = JSON.parse(readFileSync(join(modelDir(model), 'reranker.json'), 'utf8')) as {
    check?: { tolerance?: { q8?: number } };
  };
  return manifest.check?.tolerance?.q8 ?? 0.5;
}

/** Writes JSON, Markdown and plots to `bench/results`, and the JSON once more where the caller wants it. */
export function writeResults(results: Results, json: string | undefined): void {
  const name = results.quick ? 'quick' : 'full';
  mkdirSync(FOLDER, { recursive: true });
  const text = `${JSON.stringify(results, null, 2)}\n`;
  const plots = Object.entries(plotsOf(results)).map(([file, svg]) => {
    writeFileSync(join(FOLDER, `${name}-${file}`), svg);
    return `${name}-${file}`;
  });
  const markdown = toMarkdown(results, plots);
  writeFileSync(join(FOLDER, `${name}.json`), text);
  writeFileSync(join(FOLDER, `${name}.md`), markdown);
  if (json !== undefined) {
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, text);
  }
  console.log(`\n${markdown}\nwritten to ${FOLDER}`);
}
