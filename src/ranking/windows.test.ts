import { describe, expect, it } from 'vitest';
import { cutWindows, halveWindow } from './windows.js';

/** One token a word, as a simple tokenizer would count. */
const wordCount = (text: string) => text.split(/\s+/).filter(Boolean).length;

const countCodePoints = (text: string) => Array.from(text).length;

describe('cutWindows', () => {
  const words = Array.from({ length: 100 }, (_, index) => `word${index}`);
  const passage = words.join(' ');

  it('covers the whole passage with windows of the given size', () => {
    const windows = cutWindows(passage, 30, 0, wordCount);
    expect(windows.map(({ start, end }) => wordCount(passage.slice(start, end)))).toEqual([30, 30, 30, 10]);
    expect(windows[0]?.start).toBe(0);
    expect(windows.at(-1)?.end).toBe(passage.length);
  });

  it('repeats the asked share of a window', () => {
    const [first, second] = cutWindows(passage, 40, 0.25, wordCount);
    expect(passage.slice(first?.start, first?.end).split(' ').at(-1)).toBe('word39');
    expect(passage.slice(second?.start, second?.end).split(' ')[0]).toBe('word30');
  });

  it('cuts text without spaces, and never inside a surrogate pair', () => {
    const chinese = '机器学习模型在浏览器中对搜索结果重新排序'.repeat(10);
    const windows = cutWindows(chinese, 40, 0.1, countCodePoints);
    expect(windows.length).toBeGreaterThan(4);
    expect(windows.every(({ start, end }) => countCodePoints(chinese.slice(start, end)) <= 40)).toBe(true);
    const emoji = '👩‍🚀 '.repeat(50);
    for (const { start, end } of cutWindows(emoji, 10, 0, countCodePoints)) {
      expect(emoji.slice(start, end)).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
    }
  });

  it('ends even where one word exceeds the room or the overlap swallows the window', () => {
    expect(cutWindows('aa bb cc', 1, 0.9, () => 5)).toHaveLength(3);
    expect(cutWindows(passage, 2, 0.9, wordCount).length).toBeLessThanOrEqual(100);
    expect(cutWindows('   ', 10, 0.2, wordCount)).toEqual([]);
  });

  it.each([
    ['an identifier', 'a1_B'.repeat(5_000)],
    ['base 64', 'QmFzZTY0/+'.repeat(2_000)],
    ['Thai', 'ภาษาไทยไม่มีช่องว่างระหว่างคำ'.repeat(300)],
    ['marks', `e${'\u0301'.repeat(3_000)}`],
  ])('covers all of text without spaces: %s', (_, text) => {
    const windows = cutWindows(text, 100, 0, countCodePoints);
    expect(windows.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    for (const { start, end } of windows) expect(end - start).toBeLessThanOrEqual(200);
  });

  it('halves a window that takes more tokens than its words', () => {
    const text = '机器学习👩模型🔬'.repeat(20);
    const parts = halveWindow(text, { start: 3, end: text.length }, 10, countCodePoints);
    expect(parts.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text.slice(3));
    for (const { start, end } of parts) {
      expect(countCodePoints(text.slice(start, end))).toBeLessThanOrEqual(10);
      expect(text.slice(start, end)).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
    }
    expect(halveWindow('x', { start: 0, end: 1 }, 0, () => 5)).toEqual([{ start: 0, end: 1 }]);
  });
});
