import { COHERE } from './cohere.js';
import { JINA } from './jina.js';
import { LLAMA_CPP } from './llama-cpp.js';
import type { Shape } from './shape.js';
import { TEI } from './tei.js';
import { VOYAGE } from './voyage.js';

/** The APIs that are spoken here. */
export type RemoteApi = 'tei' | 'cohere' | 'jina' | 'voyage' | 'llama.cpp';

/** How each of them asks and answers. */
export const SHAPES: Readonly<Record<RemoteApi, Shape>> = {
  tei: TEI,
  cohere: COHERE,
  jina: JINA,
  voyage: VOYAGE,
  'llama.cpp': LLAMA_CPP,
};
