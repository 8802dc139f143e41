import { RerankError } from '../errors.js';
import { describe, isArray } from '../kinds.js';
import { field, type Shape } from './shape.js';

/**
 * Reads the scores out of an answer: exactly one finite number for each text, whatever their order.
 *
 * @param count - texts that were sent
 * @param server - for messages
 * @returns the scores in the order of the texts
 * @throws RerankError `invalid-answer` that says what is wrong with it
 */
export function readScores(answer: unknown, count: number, shape: Shape, server: string): number[] {
  const refuse = (what: string): never => {
    const advice = 'Is the option api the one that this server speaks?';
    throw new RerankError('invalid-answer', `The answer of ${server} cannot be used: ${what}. ${advice}`);
  };
  const list = shape.list(answer);
  if (!isArray(list)) return refuse(`its list of scores is ${describe(list)}`);
  const scores = new Map<number, number>();
  for (const item of list) {
    const index = field(item, 'index');
    const score = field(item, shape.score);
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      return refuse(`it has a score for index ${describe(index)}, and ${count} texts were sent`);
    if (scores.has(index)) return refuse(`it has two scores for index ${index}`);
    if (typeof score !== 'number' || !Number.isFinite(score))
      return refuse(`${shape.score} of index ${index} is ${describe(score)}, not a number`);
    if (shape.isFailure?.(score)) return refuse(`the server could not score index ${index} (${score})`);
    scores.set(index, score);
  }
  if (scores.size !== count) return refuse(`it has ${scores.size} scores for ${count} texts`);
  return Array.from({ length: count }, (_, index) => scores.get(index) ?? Number.NaN);
}
