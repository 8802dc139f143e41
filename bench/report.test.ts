import { describe, expect, it } from 'vitest';
import { labelOf } from './contestants.js';
import { fillIn } from './docs.js';
import { toMarkdown } from './report.js';
import { measurements, results } from './testing.js';

describe('toMarkdown', () => {
  const markdown = toMarkdown(results(), { 'model-a': ['full-speed-100.svg'] });

  it('shows ratios beside their targets and a row for each contestant', () => {
    expect(markdown).toContain('| `vsTransformersRecipe` | 3.500 (3.00–4.00, n=2) | ≥ 3 |');
    expect(markdown).toContain(
      '| browser-reranker | 2,000 (1,000–3,000, n=2) | 50.0 | 2,000 | 0.900 | 0 | 300.0 | 0.01 |',
    );
    expect(markdown).toContain('![full-speed-100](full-speed-100.svg)');
  });

  it('shows why a contestant has no times, without breaking the table', () => {
    expect(markdown).toContain(
      "| @xenova/transformers 2.17.2, as documented | cannot run: Can't create a \\| session |",
    );
  });

  it('shows adaptive depth, kept passages and memory', () => {
    expect(markdown).toContain('| mean overlap of the top 10 | 0.950 |');
    expect(markdown).toContain('| rows that entered stage 3 (median) | 16 |');
    expect(markdown).toContain('| largest difference of a score | 2.0e-6 |');
    expect(markdown).toContain('| 10, nothing kept | 100.0 | 200.0 |');
  });

  it('names those that there was no time for below the table', () => {
    const measured = measurements();
    const late = measured.workloads[0]?.contestants.at(-1);
    if (!late) throw new Error('no contestant');
    late.error = 'left out: no time left for about 5 s';
    const shown = toMarkdown(results(measured), {});
    expect(shown).toContain(`No time was left for: ${labelOf(late.key)}.`);
    expect(shown).not.toContain(`| ${labelOf(late.key)} | left out`);
  });

  it('has no times of a software adapter', () => {
    expect(markdown).toContain('only scores and counts are reported');
    expect(markdown).not.toContain('31,000');
    const real = measurements();
    if (real.webgpu) real.webgpu.software = false;
    expect(toMarkdown(results(real), {})).toContain('31,000');
  });

  it('shows compiled pipelines only where the counter has been seen to count', () => {
    const measured = measurements();
    const gpu = measured.webgpu?.contestants[0];
    if (!gpu) throw new Error('no contestant');
    for (const sample of gpu.rounds) if (sample) sample.pipelines = 0;
    gpu.warmUpPipelines = 0;
    expect(toMarkdown(results(measured), {})).toContain('| browser-reranker, WebGPU | 0.020 | – | – |');
    gpu.warmUpPipelines = 42;
    expect(toMarkdown(results(measured), {})).toContain('| browser-reranker, WebGPU | 0.020 | 42 | 0 |');
  });

  it('tells every model of the run', () => {
    const first = results();
    const both = toMarkdown({ ...first, others: [{ ...first, model: 'model-b' }] }, {});
    expect(both.match(/^### .*$/gm)).toEqual(['### model-a', '### model-b']);
  });
});

describe('fillIn', () => {
  const document = 'a\n<!-- bench:results -->\nold\n<!-- /bench:results -->\nb\n';

  it('replaces what is between the markers, again and again', () => {
    const once = fillIn(document, 'results', 'new\n');
    expect(once).toBe('a\n<!-- bench:results -->\nnew\n<!-- /bench:results -->\nb\n');
    expect(fillIn(once, 'results', 'new')).toBe(once);
  });

  it('refuses a document without them', () => {
    expect(() => fillIn(document, 'visitors', '')).toThrow('<!-- bench:visitors -->');
  });
});
