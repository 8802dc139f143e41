import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from '../testing/fixtures.js';
import { planRows, recordRow } from '../testing/record.js';
import { PairTokenizer } from './tokenizer.js';

/** What training/fixtures/tokenizer_settings.py wrote. */
interface Fixture {
  pairs: [string, string][];
  files: Record<string, object>;
  cases: {
    name: string;
    tokenizer: string;
    settings: object;
    config: object;
    maxLength: number;
    file?: object;
    /** Tokens, crc32 of ids and of types, first ids; null for a pair that is cut otherwise by design. */
    rows: ([number, number, number, number[]] | null)[];
  }[];
}

const { pairs, files, cases } = JSON.parse(
  readFileSync(fixture('tokenizer-settings.json'), 'utf8'),
) as Fixture;

const crc = (values: number[]) => crc32(Buffer.from(Int32Array.from(values).buffer));

function open(tokenizer: object, settings: object, config: object, maxLength = 64): PairTokenizer {
  const files = {
    tokenizer: JSON.stringify(tokenizer),
    tokenizerConfig: JSON.stringify(settings),
    config: JSON.stringify(config),
  };
  return new PairTokenizer(files, maxLength);
}

describe('ids and types of AutoTokenizer', () => {
  const all = `${cases.length} settings of tokenizer_config.json`;
  let compared = 0;
  let differences = 0;
  beforeAll(() => planRows('tokenizers', 'settings', [all]));
  afterAll(() => {
    const note = 'pairs: ids, types and where they are cut';
    recordRow('tokenizers', 'settings', all, { tokenizer: all, texts: compared, differences, note });
  });

  it('differ from setting to setting, so that these cases prove something', () => {
    expect(cases.length).toBeGreaterThan(90);
    const results = new Set(cases.map(({ rows }) => JSON.stringify(rows)));
    expect(results.size).toBeGreaterThan(40);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const tokenizer = open({ ...files[one.tokenizer], ...one.file }, one.settings, one.config, one.maxLength);
    const different = pairs.flatMap(([query, passage], index) => {
      const row = one.rows[index];
      if (!row) return [];
      const { ids, typeIds } = tokenizer.assemble(tokenizer.encode(query), tokenizer.encode(passage));
      const [length, idsCrc, typesCrc, first] = row;
      const same = ids.length === length && crc(ids) === idsCrc && crc(typeIds) === typesCrc;
      return same
        ? []
        : [
            `${query} | ${passage.slice(0, 40)}: ${ids.length} ${ids.slice(0, 8).join()} for ${length} ${first.join()}`,
          ];
    });
    compared += one.rows.filter((row) => row !== null).length;
    differences += different.length;
    expect(different.join('\n')).toBe('');
  });
});

describe('what is refused', () => {
  const bert = files.bert ?? {};
  const settings = { tokenizer_class: 'BertTokenizer' };
  const config = { model_type: 'bert' };
  const refused = (message: string) =>
    expect.objectContaining({
      code: 'unsupported-model',
      message: expect.stringContaining(message) as unknown,
    }) as Error;

  it.each([
    [{ ...settings, tokenizer_class: 'AlbertTokenizer' }, "tokenizer_class 'AlbertTokenizer'"],
    [{ ...settings, tokenizer_class: 'RobertaTokenizer' }, 'builds a BPE tokenizer'],
    [{ ...settings, do_lower_case: 'yes' }, 'do_lower_case: "yes"; expected true or false'],
    [{ ...settings, truncation_side: 'top' }, "truncation_side: \"top\"; expected 'left' or 'right'"],
    [{ ...settings, padding_side: 3 }, 'padding_side: 3'],
    [{ ...settings, model_input_names: 'input_ids' }, 'model_input_names: "input_ids"; expected a list'],
    [{ ...settings, auto_map: { AutoTokenizer: ['a.B', null] } }, 'auto_map'],
    [{ ...settings, fix_mistral_regex: true }, 'fix_mistral_regex: true'],
    [{ ...settings, cls_token: '[NONE]' }, 'added_tokens_decoder'],
  ])('settings: %j', (wrong, message) => {
    expect(() => open(bert, wrong, config)).toThrow(refused(message));
  });

  it('model types without a class of their own', () => {
    expect(() => open(bert, {}, { model_type: 'albert' })).toThrow(refused("model_type 'albert'"));
  });
});
