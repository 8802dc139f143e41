import { readFileSync } from 'node:fs';
import type { Pair } from '../types.js';
import { fixture } from './fixtures.js';

/** What training/fixtures/architectures.py wrote of one architecture. */
export interface ArchitectureGoldens {
  /** Whose logits they are: `own` where the reference has no such architecture. */
  reference: 'sentence-transformers' | 'own';
  /** Tokens of each pair. */
  tokens: number[];
  /** The reference's logits, before the activation. */
  logits: number[];
  /** What onnxruntime's own CPU gives for the graphs of these dtypes, a pair at a time. */
  native: { fp16: number[]; q8: number[] };
}

/** The tiny models of every architecture, and the pairs that they were asked about. */
export function readArchitectures(): {
  maxLength: number;
  pairs: Pair[];
  models: Record<string, ArchitectureGoldens>;
} {
  // Written by our own script; its shape is that of the types above.
  return JSON.parse(readFileSync(fixture('architectures.json'), 'utf8')) as ReturnType<
    typeof readArchitectures
  >;
}

/** What the table of docs/parity.md says beside a row. */
export function noteOf({ reference }: ArchitectureGoldens): string | undefined {
  return reference === 'own' ? 'against a torch model of our own: transformers has none' : undefined;
}
