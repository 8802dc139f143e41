import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('readOptions', () => {
  it('takes models one by one or as a list', () => {
    expect(readOptions(['--model', 'a,b', '--model', 'c']).models).toEqual(['a', 'b', 'c']);
    expect(readOptions([]).models).toBeUndefined();
  });

  it('reads the rest', () => {
    expect(
      readOptions(['--quick', '--json', 'x.json', '--rounds', '2', '--workloads', '10,long,16x128']),
    ).toMatchObject({
      quick: true,
      json: 'x.json',
      rounds: 2,
      workloads: ['10', 'long', '16x128'],
      docs: false,
    });
  });

  it('refuses what it does not know, and says what it does', () => {
    expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds is 0; expected 1 or more');
    expect(() => readOptions(['--workloads', 'ten'])).toThrow(
      "--workloads has 'ten'; expected a number, long",
    );
    expect(() => readOptions(['--parts', 'starts,all'])).toThrow("--parts has 'all'; expected starts, depth");
    expect(() => readOptions(['--fast'])).toThrow();
  });
});
