import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The real command in a process of its own, on a small collection of our own and a model that loads in a moment.

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

/** Runs `browser-reranker eval`; `whileRunning` gets a way to press Ctrl-C. */
async function evaluate(
  args: string[],
  whileRunning?: (interrupt: () => void) => Promise<void>,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', path('./main.ts'), 'eval', ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await whileRunning?.(() => child.kill('SIGINT'));
  return { code: await ended, stdout, stderr };
}

async function report(args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await evaluate([...args, ...MODEL, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

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

describe('eval', { timeout: 60_000 }, () => {
  it('prints the keys that a CI job counts on', async () => {
    const { queries, pairs, baseline, reranked, pairsPerSecond, perQuery } = await report(base);
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
    const { code, stdout } = await evaluate(['--data', folder, '--top-k', '3', '--k', '1', ...MODEL]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model {8}tiny-bert, q8 on wasm/m);
    expect(stdout).toMatch(/^before {7}BM25 \(MiniSearch\), first 3$/m);
    expect(stdout).toMatch(/^pairs {8}24 of 8 queries, [\d.]+ pairs\/s$/m);
    expect(stdout).toMatch(/^ndcg@1 {7}1\.0000 {3}0\.\d{4} {3}−0\.\d{4}$/m);
    expect(stdout).toMatch(/\d better, \d worse, \d unchanged\. p [=<] 0\.\d{4}/);
    expect(stdout).toMatch(/^Biggest losses in ndcg@1$/m);
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
    const refused = async (args: string[]) => {
      const { code, stderr } = await evaluate([...args, ...MODEL, '--resume', resume]);
      expect(code).toBe(2);
      expect(readFileSync(resume, 'utf8')).toBe(before);
      return stderr;
    };
    expect(await refused([...base, '--dtype', 'fp32'])).toMatch(
      /are of another evaluation: .*dtype "q8", not "fp32".*\(invalid-input\)/,
    );
    expect(await refused([...base, '--top-k', '3'])).toContain('topK 100, not 3');
    expect(await refused(['--data', folder])).toMatch(/data "[0-9a-f]{16}", not "[0-9a-f]{16}"/);
    writeFileSync(file('notes.txt'), 'milk\n');
    const foreign = await evaluate([...base, ...MODEL, '--resume', file('notes.txt')]);
    expect(foreign.stderr).toMatch(/notes\.txt:1: not a line of a results file/);
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('milk\n');
  });

  it('stops at Ctrl-C, keeps what is done and goes on from there', async () => {
    const many = mkdtempSync(join(tmpdir(), 'eval-many-'));
    const ids = Array.from({ length: 400 }, (_, i) => `q${i}`);
    writeFileSync(join(many, 'corpus.jsonl'), readFileSync(file('corpus.jsonl')));
    writeFileSync(join(many, 'queries.jsonl'), lines(ids.map((_id, i) => ({ _id, text: SUBJECTS[i % 8] }))));
    writeFileSync(join(many, 'qrels.tsv'), lines(ids.map((id) => `${id}\tkettle-repair\t1`)));
    const run = ids.flatMap((id) => SUBJECTS.map((subject, i) => `${id}\t${subject}-repair\t${i}\t${-i}`));
    writeFileSync(join(many, 'run.tsv'), lines(run));
    const resume = join(many, 'results.jsonl');
    const args = ['--data', many, '--run', 'run.tsv', '--resume', resume];
    const stopped = await evaluate([...args, ...MODEL], async (interrupt) => {
      while (!existsSync(resume) || readFileSync(resume, 'utf8').split('\n').length < 4) await delay(5);
      interrupt();
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toMatch(/Stopped after \d+ of 400 queries\. The same command goes on from /);
    const kept = readFileSync(resume, 'utf8');
    const done = Number(/after (\d+) of/.exec(stopped.stderr)?.[1]);
    expect(done).toBeLessThan(400);
    expect(kept.split('\n')).toHaveLength(done + 2);
    const resumed = await report(args);
    expect(readFileSync(resume, 'utf8').startsWith(kept)).toBe(true);
    rmSync(resume);
    const fresh = await report(args);
    expect(resumed.reranked).toEqual(fresh.reranked);
    rmSync(many, { recursive: true });
  });

  it('names what is missing or malformed', async () => {
    const fails = async (code: number, ...args: string[]) => {
      const ended = await evaluate([...args, ...MODEL]);
      expect(ended).toMatchObject({ code, stdout: '' });
      return ended.stderr;
    };
    expect(await fails(2)).toContain('--data or --nano is needed');
    expect(await fails(2, ...base, '--top-k', 'many')).toContain('--top-k is "many"');
    expect(await fails(2, ...base, '--unknown')).toContain('--unknown');
    expect(await fails(2, '--data', file('nowhere'))).toMatch(/nowhere is not a folder.*\(invalid-input\)/);
    expect(await fails(2, '--data', folder, '--run', 'no.tsv')).toMatch(/no\.tsv is neither in .* nor here/);
    expect(await fails(1, '--data', folder, '--split', 'dev', '--run', 'queries.jsonl')).toMatch(
      /queries\.jsonl:1: expected 4 columns/,
    );
    writeFileSync(file('broken.tsv'), 'kettle\tkettle-move\t1\t5\nkettle\tkettle-paint\t2\tfive\n');
    expect(await fails(1, '--data', folder, '--run', 'broken.tsv')).toMatch(
      /broken\.tsv:2: the score is 'five'.*\(invalid-data\)/,
    );
    const bare = mkdtempSync(join(tmpdir(), 'eval-bare-'));
    expect(await fails(1, '--data', bare)).toMatch(/has no qrels\.tsv or qrels\/test\.tsv: .*\(not-found\)/);
    writeFileSync(join(bare, 'qrels.tsv'), 'a\tb\t1\n');
    writeFileSync(join(bare, 'queries.jsonl'), '{"_id": "a", "text": "a"}\n{"_id": "c"}\n');
    expect(await fails(1, '--data', bare)).toMatch(/queries\.jsonl:2: expected a string 'text'/);
    rmSync(bare, { recursive: true });
  });

  it('judges NanoBEIR from a local folder, under the keys of sentence-transformers', async () => {
    const sets = mkdtempSync(join(tmpdir(), 'eval-nano-'));
    const { cpSync } = await import('node:fs');
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
    const text = await evaluate([...args, ...MODEL]);
    expect(text.stdout).toMatch(/^NanoBEIR, mean of 1$/m);
    expect((await evaluate(['--nano', 'msmarc', ...MODEL])).code).toBe(2);
    rmSync(sets, { recursive: true });
  });
});
