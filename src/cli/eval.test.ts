import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RerankErrorCode } from '../errors.js';
import type { BlendReport } from '../evaluation/blending.js';
import { evaluate } from './eval.js';

// The real command, here or in a process of its own, on a small collection and a model that loads in a moment.

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
// One thread: on a busy machine several wait for each other longer than they compute.
const MODEL = ['--model', path('../testing/fixtures/tiny-bert/'), '--threads', '1'];
const SUBJECTS = ['kettle', 'lighthouse', 'bicycle', 'violin', 'glacier', 'orchard', 'compass', 'bakery'];
const VERBS = ['repair', 'paint', 'move', 'insure'];

const folder = mkdtempSync(join(tmpdir(), 'eval-'));
const file = (name: string) => join(folder, name);

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Report {
  queries: number;
  pairs: number;
  baseline: Record<string, number>;
  reranked: Record<string, number>;
  pairsPerSecond: number;
  perQuery: unknown[];
}

/** Runs `browser-reranker eval` in a process of its own; `whileRunning` gets a way to press Ctrl-C. */
async function spawned(
  args: string[],
  whileRunning?: (interrupt: () => void) => Promise<void>,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', path('./main.ts'), 'eval', ...args, ...MODEL]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await whileRunning?.(() => child.kill('SIGINT'));
  return { code: await ended, stdout, stderr };
}

const printed = (...args: string[]) => evaluate([...args, ...MODEL]);

const report = async (args: string[]) => JSON.parse(await printed(...args, '--json')) as Report;

const failure = (code: RerankErrorCode, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const lines = (rows: unknown[]) =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n') + '\n';

/** 32 documents, 8 queries of which each has 4 candidates in the run, one with two relevant documents. */
beforeAll(() => {
  const documents = SUBJECTS.flatMap((subject) =>
    VERBS.map((verb) => ({
      _id: `${subject}-${verb}`,
      title: `${subject} care`,
      text: `How to ${verb} a ${subject} in an afternoon, with ordinary tools and some patience.`,
    })),
  );
  writeFileSync(file('corpus.jsonl'), lines(documents));
  writeFileSync(
    file('queries.jsonl'),
    lines(SUBJECTS.map((subject) => ({ _id: subject, text: `repair a ${subject}` }))),
  );
  const judged = SUBJECTS.map((subject) => `${subject}\t${subject}-repair\t2`);
  writeFileSync(
    file('qrels.tsv'),
    lines(['query-id\tcorpus-id\tscore', ...judged, 'kettle\tkettle-paint\t1']),
  );
  const run = SUBJECTS.flatMap((subject) =>
    VERBS.map((verb, i) => `${subject}\t${subject}-${verb}\t${i + 1}\t${9 - i}`),
  );
  writeFileSync(file('bm25.tsv'), lines(['query-id\tcorpus-id\trank\tscore', ...run]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base = ['--data', folder, '--run', 'bm25.tsv'];

describe('eval', { timeout: 120_000 }, () => {
  it('prints the keys that a CI job counts on', async () => {
    const { code, stdout, stderr } = await spawned([...base, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { queries, pairs, baseline, reranked, pairsPerSecond, perQuery } = JSON.parse(stdout) as Report;
    expect({ queries, pairs }).toEqual({ queries: 8, pairs: 32 });
    expect(baseline).toEqual({ 'ndcg@10': 1, 'mrr@10': 1, map: 1, 'recall@10': 1 });
    expect(Object.keys(reranked)).toEqual(['ndcg@10', 'mrr@10', 'map', 'recall@10']);
    expect(reranked['recall@10']).toBe(1);
    expect(reranked['ndcg@10']).toBeGreaterThan(0.4);
    expect(reranked['ndcg@10']).toBeLessThan(1);
    expect(pairsPerSecond).toBeGreaterThan(0);
    expect(perQuery).toHaveLength(8);
  });

  it('ranks by an index of its own where no run is given, and says so', async () => {
    const stdout = await printed('--data', folder, '--top-k', '3', '--k', '1');
    expect(stdout).toMatch(/^model {8}tiny-bert, q8 on wasm/m);
    expect(stdout).toMatch(/^before {7}BM25 \(MiniSearch\), first 3$/m);
    expect(stdout).toMatch(/^pairs {8}24 of 8 queries, [\d.]+ pairs\/s$/m);
    expect(stdout).toMatch(/^ndcg@1 {7}1\.0000 {3}0\.\d{4} {3}−0\.\d{4}$/m);
    expect(stdout).toMatch(/\d better, \d worse, \d unchanged\. p [=<] 0\.\d{4}/);
    expect(stdout).toMatch(/^Biggest losses in ndcg@1$/m);
  });

  it('says which weight for the engine would be best with --blend', async () => {
    const { blend, baseline, reranked } = (await report([...base, '--blend'])) as Report & {
      blend: BlendReport;
    };
    expect(blend.scores[0]).toBeCloseTo(reranked['ndcg@10']!, 9);
    expect(blend.ranks.at(-1)).toBeCloseTo(baseline['ndcg@10']!, 9);
    expect(blend.best.figure).toBe(1); // the run of this collection is right everywhere
    const stdout = await printed(...base, '--blend');
    expect(stdout).toMatch(
      /^ {2}weight {3}scores {3}ranks\n {2}0\.00 {5}0\.\d{4} {3}0\.\d{4} {4}the model alone$/m,
    );
    expect(stdout).toMatch(/^ {2}1\.00 {5}1\.0000 {3}1\.0000 {4}the engine alone$/m);
    expect(stdout).toMatch(/ndcg@10 is 0\.\d{4} by the model alone.*Judge 10 queries or more/);
    await expect(printed(...base, '--blend', '--depth', 'adaptive')).rejects.toEqual(
      failure('invalid-input', /--blend needs every score/),
    );
  });

  it('judges the first queries only with --limit', async () => {
    expect(await report([...base, '--limit', '3', '--top-k', '2'])).toMatchObject({ queries: 3, pairs: 6 });
  });

  it('goes on from a results file without scoring anything twice', async () => {
    const resume = file('results.jsonl');
    const args = [...base, '--resume', resume];
    const fresh = await report(args);
    const whole = readFileSync(resume, 'utf8').trimEnd().split('\n');
    expect(whole).toHaveLength(9);
    // As a crash leaves it: three queries, and the beginning of a fourth.
    const kept = whole.slice(0, 4);
    writeFileSync(resume, `${kept.join('\n')}\n${whole[4]!.slice(0, 30)}`);
    const resumed = await report(args);
    const strip = ({ pairsPerSecond, ...rest }: Report) => ({ ...rest, fast: pairsPerSecond > 0 });
    expect(strip(resumed)).toEqual(strip(fresh));
    const after = readFileSync(resume, 'utf8').trimEnd().split('\n');
    expect(after).toHaveLength(9);
    expect(after.slice(0, 4)).toEqual(kept); // their times too: they were not scored again
    expect(await report(args)).toEqual(resumed);
    expect(readFileSync(resume, 'utf8').trimEnd().split('\n')).toEqual(after);
  });

  it('refuses results of other weights, another set or other settings', async () => {
    const resume = file('other.jsonl');
    await report([...base, '--resume', resume]);
    const before = readFileSync(resume, 'utf8');
    const refused = async (args: string[], message: RegExp) => {
      await expect(printed(...args, '--resume', resume)).rejects.toEqual(failure('invalid-input', message));
      expect(readFileSync(resume, 'utf8')).toBe(before);
    };
    await refused([...base, '--dtype', 'fp32'], /are of another evaluation: .*dtype "q8", not "fp32"/);
    await refused([...base, '--top-k', '3'], /topK 100, not 3/);
    await refused(['--data', folder], /data "[0-9a-f]{16}", not "[0-9a-f]{16}"/);
    writeFileSync(file('notes.txt'), 'milk\n');
    await expect(printed(...base, '--resume', file('notes.txt'))).rejects.toEqual(
      failure('invalid-data', /notes\.txt:1: not a line of a results file/),
    );
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('milk\n');
  });

  it('stops at Ctrl-C, keeps what is done and goes on from there', async () => {
    const many = mkdtempSync(join(tmpdir(), 'eval-many-'));
    const ids = Array.from({ length: 150 }, (_, i) => `q${i}`);
    writeFileSync(join(many, 'corpus.jsonl'), readFileSync(file('corpus.jsonl')));
    writeFileSync(join(many, 'queries.jsonl'), lines(ids.map((_id, i) => ({ _id, text: SUBJECTS[i % 8] }))));
    writeFileSync(join(many, 'qrels.tsv'), lines(ids.map((id) => `${id}\tkettle-repair\t1`)));
    const run = ids.flatMap((id) => SUBJECTS.map((subject, i) => `${id}\t${subject}-repair\t${i}\t${-i}`));
    writeFileSync(join(many, 'run.tsv'), lines(run));
    const resume = join(many, 'results.jsonl');
    const args = ['--data', many, '--run', 'run.tsv', '--resume', resume];
    const stopped = await spawned(args, async (interrupt) => {
      while (!existsSync(resume) || readFileSync(resume, 'utf8').split('\n').length < 4) await delay(5);
      interrupt();
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toMatch(/Stopped after \d+ of 150 queries\. The same command goes on from /);
    const kept = readFileSync(resume, 'utf8');
    const done = Number(/after (\d+) of/.exec(stopped.stderr)?.[1]);
    expect(done).toBeLessThan(150);
    expect(kept.split('\n')).toHaveLength(done + 2);
    const resumed = await report(args);
    expect(readFileSync(resume, 'utf8').startsWith(kept)).toBe(true);
    rmSync(resume);
    const fresh = await report(args);
    expect(resumed.reranked).toEqual(fresh.reranked);
    rmSync(many, { recursive: true });
  });

  it('names what is missing or malformed', async () => {
    const fails = (code: RerankErrorCode, message: RegExp, ...args: string[]) =>
      expect(printed(...args)).rejects.toEqual(failure(code, message));
    await fails('invalid-input', /--data or --nano is needed/);
    await fails('invalid-input', /--top-k is "many"/, ...base, '--top-k', 'many');
    await fails('invalid-input', /nowhere is not a folder/, '--data', file('nowhere'));
    await fails('invalid-input', /no\.tsv is neither in .* nor here/, '--data', folder, '--run', 'no.tsv');
    await fails(
      'invalid-data',
      /queries\.jsonl:1: the rank is '/,
      ...['--data', folder, '--run', 'queries.jsonl'],
    );
    writeFileSync(file('broken.tsv'), 'kettle\tkettle-move\t1\t5\nkettle\tkettle-paint\t2\tfive\n');
    await fails(
      'invalid-data',
      /broken\.tsv:2: the score is 'five'/,
      ...['--data', folder, '--run', 'broken.tsv'],
    );
    const bare = mkdtempSync(join(tmpdir(), 'eval-bare-'));
    await fails(
      'not-found',
      /has no qrels\.tsv or qrels\/test\.tsv or qrels\.test\.tsv \(nor one with \.gz\): /,
      '--data',
      bare,
    );
    writeFileSync(join(bare, 'qrels.tsv'), 'a\tb\t1\n');
    writeFileSync(join(bare, 'queries.jsonl'), '{"_id": "a", "text": "a"}\n{"_id": "c"}\n');
    await fails('invalid-data', /queries\.jsonl:2: expected a string 'text'/, '--data', bare);
    rmSync(bare, { recursive: true });
  });

  it.runIf(existsSync('/dev/full'))(
    'says so when the results cannot be written, and goes on from what was',
    async () => {
      await expect(printed(...base, '--resume', '/dev/full')).rejects.toEqual(
        failure('invalid-input', /The results file \/dev\/full cannot be used: it is not a file/),
      );
      await expect(printed(...base, '--resume', file('no/where.jsonl'))).rejects.toEqual(
        failure('output-failed', /where\.jsonl could not be written to its end: ENOENT/),
      );
      // As a disk that is full after one block: a heading and some results, the last one cut off.
      const resume = file('full.jsonl');
      const args = ['eval', ...base, '--resume', resume, ...MODEL].map((word) => `'${word}'`).join(' ');
      const script = `ulimit -f 2; exec ${process.execPath} --import tsx ${path('./main.ts')} ${args}`;
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/full\.jsonl could not be written to its end: EFBIG.*\(output-failed\)\n$/);
      const kept = readFileSync(resume, 'utf8').trimEnd().split('\n').slice(0, -1);
      expect(kept.length).toBeGreaterThan(1);
      await report([...base, '--resume', resume]);
      const after = readFileSync(resume, 'utf8').trimEnd().split('\n');
      expect(after).toHaveLength(9);
      expect(after.slice(0, kept.length)).toEqual(kept);
    },
  );

  it('ends with 2 for wrong usage and with 1 for bad data, and prints nothing then', async () => {
    expect(await spawned([...base, '--unknown'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stdout, stderr } = await spawned(['--data', folder, '--run', 'queries.jsonl']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^browser-reranker: queries\.jsonl:1: .*\(invalid-data\)\n$/);
  });

  it('judges NanoBEIR from a local folder, under the keys of sentence-transformers', async () => {
    const sets = mkdtempSync(join(tmpdir(), 'eval-nano-'));
    for (const name of ['corpus.jsonl', 'queries.jsonl', 'qrels.tsv', 'bm25.tsv']) {
      cpSync(file(name), join(sets, 'NanoMSMARCO', name), { recursive: true });
    }
    const args = ['--nano', 'msmarco', '--data', sets, '--resume', join(sets, 'results.jsonl')];
    const first = await report(args);
    expect(first).toMatchObject({ queries: 8, pairs: 32, baseline: { 'ndcg@10': 1, 'mrr@10': 1, map: 1 } });
    expect(first).toHaveProperty(['figures', 'NanoBEIR_R100_mean_ndcg@10'], first.reranked['ndcg@10']);
    expect(first).toHaveProperty(['figures', 'NanoMSMARCO_R100_base_map'], 1);
    const again = await report(args);
    expect(again).toEqual({ ...first, pairsPerSecond: 0 });
    expect(await printed(...args)).toMatch(/^NanoBEIR, mean of 1$/m);
    await expect(printed('--nano', 'msmarc')).rejects.toEqual(
      failure('invalid-input', /--nano is "msmarc"; expected climatefever or/),
    );
    rmSync(sets, { recursive: true });
  });
});
