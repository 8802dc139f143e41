import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { fixture } from '../testing/fixtures.js';
import { seeded } from '../testing/random.js';
import { TextTokenizer } from './text-tokenizer.js';
import { PairTokenizer } from './tokenizer.js';

const { files } = JSON.parse(readFileSync(fixture('tokenizer-settings.json'), 'utf8')) as {
  files: Record<string, object>;
};

const CLASSES: [string, string, string][] = [
  ['bert', 'BertTokenizer', '{"do_lower_case":false,"tokenize_chinese_chars":false}'],
  ['bert', 'PreTrainedTokenizerFast', '{}'],
  ['roberta', 'RobertaTokenizer', '{}'],
  ['roberta', 'RobertaTokenizer', '{"add_prefix_space":true}'],
  ['xlm-roberta', 'XLMRobertaTokenizer', '{}'],
  ['deberta-v2', 'DebertaV2Tokenizer', '{}'],
];

const NAMES = {
  bert: { pad: '[PAD]', unk: '[UNK]', cls: '[CLS]', sep: '[SEP]', mask: '[MASK]' },
  roberta: { pad: '<pad>', unk: '<unk>', cls: '<s>', sep: '</s>', bos: '<s>', eos: '</s>', mask: '<mask>' },
};

function open(file: string, tokenizerClass: string, settings: string): PairTokenizer {
  const names = Object.entries(NAMES[file.includes('roberta') ? 'roberta' : 'bert']);
  const values = {
    ...Object.fromEntries(names.map(([name, token]) => [`${name}_token`, token])),
    ...(file === 'deberta-v2' ? { bos_token: '[CLS]', eos_token: '[SEP]' } : {}),
    tokenizer_class: tokenizerClass,
    ...(JSON.parse(settings) as object),
  };
  return new PairTokenizer(
    {
      tokenizer: JSON.stringify(files[file]),
      tokenizerConfig: JSON.stringify(values),
      config: '{"model_type":"bert"}',
    },
    128,
  );
}

function drawn(alphabet: string, length: number): string {
  const random = seeded(7);
  const characters = Array.from(alphabet);
  return Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('');
}

const TEXTS: Record<string, string> = {
  'English words': 'the harbour town had a lighthouse, and   the light went out '.repeat(400),
  Chinese: drawn('机器学习模型在浏览器中对搜索结果重新排序天津是中国的城市，。', 20_000),
  Japanese: drawn('とうきょうタワーのちかくにあるほんやでさがした東京検索', 20_000),
  Thai: drawn('กขคงจฉชซญดตถทนบปผพมยรลวสหอะาิีุูเแโไ่้', 20_000),
  Korean: drawn('한국어문장을띄어쓰기없이쓴다', 20_000),
  'base 64': drawn('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 20_000),
  identifiers: drawn('abcdefgh_XYZ09', 20_000),
  'one letter': 'a'.repeat(20_000),
  'two letters': 'th'.repeat(10_000),
  digits: drawn('0123456789', 20_000),
  emoji: drawn('👩🚀🔬😀é́', 8_000),
  'ideographs beyond U+FFFF': drawn('𠀀𠀁𪜀字', 8_000),
  'a long word in the middle': `${'word '.repeat(50)}${'x'.repeat(9_000)} ${'more words '.repeat(500)}`,
  'zero width': `${'\u200B'.repeat(9_000)}${'text '.repeat(900)}`,
  'added tokens': 'word[MASK]<mask> [SEP]</s>字'.repeat(900),
  'odd spaces': drawn('ab \v\f\uFEFF\u0085\u00A0\u2028\u200B\t', 8_000),
  'odd spaces in words': drawn('abcdefgh\v\f\uFEFF', 8_000),
  'young punctuation': drawn('abcd\u2E4F\u2E52\u{1E95E}\u061D', 8_000),
  'decomposed Vietnamese': 'Tiếng Việt đẹp lắm'.normalize('NFD').replaceAll(' ', '').repeat(500),
  'white space': `${' '.repeat(6_000)}a${'\n\t '.repeat(2_000)}b`,
};

describe.each(CLASSES)('cutting for %s under %s %s', (file, tokenizerClass, settings) => {
  const tokenizer = open(file, tokenizerClass, settings);

  it.each(Object.entries(TEXTS))('keeps the tokens of the whole: %s', (_, text) => {
    const whole = tokenizer.encode(text);
    for (const count of [10, 126, 509]) {
      const kept = tokenizer.encodeKept(text, count);
      expect(kept.slice(0, count)).toEqual(whole.slice(0, count));
    }
  });

  it('tokenises a little of 200,000 characters', () => {
    const encode = vi.spyOn(TextTokenizer.prototype, 'encode');
    const much: string[] = [];
    for (const [name, text] of Object.entries(TEXTS)) {
      encode.mockClear();
      tokenizer.encodeKept(text.repeat(Math.ceil(200_000 / text.length)).slice(0, 200_000), 509);
      const characters = encode.mock.calls.reduce((sum, [part]) => sum + part.length, 0);
      // What counts for nothing must be read to its end, with the tries before.
      if (characters > (['zero width', 'white space'].includes(name) ? 500_000 : 20_000))
        much.push(`${name}: ${characters}`);
    }
    encode.mockRestore();
    expect(much.join()).toBe('');
  });
});
