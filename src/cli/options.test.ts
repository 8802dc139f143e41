import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MODEL_OPTIONS, modelOptions, MOST_THREADS, parseOptions } from './options.js';
import { printable, shorten } from './text.js';

const model = 'minilm-l6-rerank-en';
const OPTIONS = { query: { type: 'string' }, json: { type: 'boolean' }, ...MODEL_OPTIONS } as const;

describe('parseOptions', () => {
  it.each([
    [['--query', '-h'], '-h'],
    [['--query=-h'], '-h'],
    [['--query', '--'], '--'],
    [['--query', '--json'], '--json'],
    [['--query', '--query=x'], '--query=x'],
    [['--query', ''], ''],
    [['--query='], ''],
    [['--query', 'a=b'], 'a=b'],
  ])('%j asks for %j', (args, query) => {
    expect(parseOptions(args, OPTIONS)).toMatchObject({ query });
    expect(parseOptions([...args, '--json'], OPTIONS)).toMatchObject({ query, json: true });
    expect(parseOptions(args, OPTIONS).help).toBeUndefined();
  });

  it('knows help, and refuses what belongs to no option', () => {
    expect(parseOptions(['--query', 'x', '-h'], OPTIONS)).toMatchObject({ query: 'x', help: true });
    for (const args of [
      ['--query'],
      ['x'],
      ['--query', '--', 'x'],
      ['--no'],
      ['--json=1'],
      ['--constructor'],
    ])
      expect(() => parseOptions(args, OPTIONS)).toThrow();
  });
});

describe('modelOptions', () => {
  it.each(['0', '-1', '1.5', '1e2', 'NaN', 'Infinity', ' 2', '', '0x2', '99999999999999999999'])(
    'refuses %j as a number',
    (value) => {
      for (const name of ['threads', 'max-length'] as const)
        expect(() => modelOptions({ model, [name]: value })).toThrow(
          `--${name} is "${value}"; expected a whole number`,
        );
    },
  );

  it('hands on which file, label and prompt are meant', () => {
    const values = { model, file: 'onnx/model_O2.onnx', label: '1', prompt: 'query: ', revision: 'main' };
    expect(modelOptions(values)).toMatchObject({
      file: 'onnx/model_O2.onnx',
      label: 1,
      prompts: { given: 'query: ' },
      defaultPromptName: 'given',
      revision: 'main',
    });
    expect(modelOptions({ model, label: 'relevant', prompt: '' })).toMatchObject({
      label: 'relevant',
      prompts: { given: '' },
    });
    expect(modelOptions({ model })).not.toHaveProperty('prompts'); // the model's own stay
  });

  it('takes threads up to four a core', () => {
    expect(modelOptions({ model, threads: String(MOST_THREADS) }).threads).toBe(MOST_THREADS);
    expect(() => modelOptions({ model, threads: String(MOST_THREADS + 1) })).toThrow(
      `from 1 to ${MOST_THREADS}`,
    );
  });

  it.each(['huggingface.co', 'ftp://x', 'https://', ''])('refuses %j as a host', (host) => {
    expect(() => modelOptions({ model, 'hub-host': host })).toThrow('expected a URL');
  });

  it('takes a folder that is there, whatever its name, and refuses a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'odd #1? 100% '));
    mkdirSync(join(folder, 'owner/name'), { recursive: true });
    writeFileSync(join(folder, 'model.onnx'), '');
    for (const path of [folder, `${folder}/`, relative(process.cwd(), join(folder, 'owner/name'))]) {
      const url = modelOptions({ model: path }).model ?? '';
      expect(join(fileURLToPath(url), '.')).toBe(join(process.cwd(), relative(process.cwd(), path), '.'));
      expect(url).toMatch(/^file:\/\/.*\/$/);
    }
    expect(() => modelOptions({ model: join(folder, 'model.onnx') })).toThrow(
      'is a file; expected the folder',
    );
    for (const name of [model, 'owner/name', './none', 'https://a.b/c', 'a\0b'])
      expect(modelOptions({ model: name }).model).toBe(name);
    rmSync(folder, { recursive: true });
  });
});

describe('printable', () => {
  it('shows what a terminal acts on, keeps lines, and keeps the value of JSON', () => {
    const text = 'a\u001b[2J\r\b\u007f\u009b\u202eb\nc\té 👩‍👩‍👧 ‏עברית';
    expect(printable(text)).toBe('a\\u001b[2J\\u000d\\u0008\\u007f\\u009b\\u202eb\nc\té 👩‍👩‍👧 ‏עברית');
    expect(JSON.parse(printable(JSON.stringify([text], null, 2)))).toEqual([text]);
    expect(shorten('a\n\u001b  b', 40)).toBe('a \\u001b b');
  });
});
