import { messageOf, RerankError } from '../errors.js';
import type { Awaitable } from './options.js';

/**
 * The texts of hits, as the site's own function gives them, else the hits themselves or their `text`.
 * @throws RerankError `invalid-input` for a hit without a text: it names the keys that the hit has
 */
export function textsOf<Hit>(
  hits: readonly Hit[],
  text: ((hit: Hit) => Awaitable<string>) | undefined,
): Promise<string[]> {
  return Promise.all(hits.map((hit, index) => textOf(hit, index, text)));
}

async function textOf<Hit>(
  hit: Hit,
  index: number,
  text: ((hit: Hit) => Awaitable<string>) | undefined,
): Promise<string> {
  if (!text) return ownText(hit, index);
  let given: unknown;
  try {
    given = await text(hit);
  } catch (cause) {
    const message = `The option text threw an error for hit ${index}: ${messageOf(cause)}`;
    throw new RerankError('invalid-input', message, { cause });
  }
  if (typeof given === 'string') return given;
  const message = `The option text gave ${typeof given} for hit ${index}; expected a string. ${keysOf(hit)}`;
  throw new RerankError('invalid-input', message);
}

function ownText(hit: unknown, index: number): string {
  if (typeof hit === 'string') return hit;
  if (typeof hit === 'object' && hit !== null && 'text' in hit && typeof hit.text === 'string')
    return hit.text;
  const advice = 'Pass the option text, a function that gives the text of a hit.';
  throw new RerankError('invalid-input', `Hit ${index} has no text. ${keysOf(hit)} ${advice}`);
}

function keysOf(hit: unknown): string {
  if (typeof hit !== 'object' || hit === null) return `It is of the type ${typeof hit}.`;
  const keys = Object.keys(hit);
  return keys.length === 0 ? 'It has no keys.' : `Its keys: ${keys.join(', ')}.`;
}
