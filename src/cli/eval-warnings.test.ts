import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RerankErrorCode } from '../errors.js';
import type { ReportData } from '../evaluation/report.js';
import { evaluate } from './eval.js';

const MODEL = [
  '--model',
  fileURLToPath(new URL('../testing/fixtures/tiny-bert/', import.meta.url)),
  '--threads',
  '1',
];

const printed = (...args: string[]) => evaluate([...args, ...MODEL]);
const report = async (args: string[]) => JSON.parse(await printed(...args, '--json')) as ReportData;
const lines = (rows: string[]) => `${rows.join('\n')}\n`;

const failure = (code: RerankErrorCode, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('eval', { timeout: 120_000 }, () => {
  it('warns of what is judged and not there, in text and JSON, and ends with an error with --strict', async () => {
    const odd = mkdtempSync(join(tmpdir(), 'eval-odd-'));
    writeFileSync(
      join(odd, 'corpus.jsonl.gz'),
      gzipSync('{"_id": 29998650238640129, "text": "repair a kettle"}\n'),
    );
    writeFileSync(join(odd, 'queries.jsonl'), `${JSON.stringify({ _id: 'a\u001b[2J', text: 'kettle' })}\n`);
    const judged = ['query\tdoc\trelevance', 'a\u001b[2J\t29998650238640129\t1'];
    writeFileSync(join(odd, 'qrels.tsv'), lines(judged));
    expect(await report(['--data', odd, '--strict'])).toMatchObject({
      ...{ queries: 1, pairs: 1, baseline: { map: 1 }, warnings: [] },
    });
    writeFileSync(join(odd, 'qrels.dev.tsv'), lines([...judged, 'b\tD1\t1']));
    const dev = ['--data', odd, '--split', 'dev'];
    const messages = [
      '1 of 2 judged queries is not among the queries and counts as 0: b.',
      '1 of 2 judged documents is not in the collection (1 of them relevant, which no ranking can find): D1.',
    ];
    const { warnings, baseline } = await report(dev);
    expect(warnings.map(({ message }) => message)).toEqual(messages);
    expect(baseline.map).toBe(0.5);
    const text = await printed(...dev);
    for (const message of messages) expect(text).toContain(`warning      ${message}\n`);
    await expect(printed(...dev, '--strict')).rejects.toEqual(
      failure('invalid-data', /judged queries is not .*: b\. .* judged documents .*: D1\. Mend the folder/),
    );
    for (const split of ['nonsense', 'test', ''])
      await expect(printed('--data', odd, '--split', split)).rejects.toEqual(
        failure('not-found', /has no qrels\/\w*\.tsv or qrels\.\w*\.tsv/),
      );
    rmSync(odd, { recursive: true });
  });
});
