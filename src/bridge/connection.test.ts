import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RerankError } from '../errors.js';
import { connectWorker } from './connection.js';

// What createWorker gives is the caller's; real workers are in e2e/.

describe('connectWorker', () => {
  beforeEach(() => vi.stubGlobal('Worker', vi.fn()));
  afterEach(() => vi.unstubAllGlobals());

  it.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    ['worker.js', '"worker.js"'],
    [{}, 'an object'],
    [Promise.resolve(), 'a promise'],
    [{ postMessage: () => undefined }, 'an object'],
  ])('refuses what is no worker (%#)', (given, words) => {
    expect(() => connectWorker(() => given as Worker, 1000)).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: `createWorker gave ${words}; expected a Worker, at once.`,
      }) as Error,
    );
  });

  it('tells why a worker could not be made', () => {
    const cause = new TypeError('mine');
    const fails = (thrown: unknown) => () =>
      connectWorker(() => {
        throw thrown;
      }, 1000);
    expect(fails(cause)).toThrow(expect.objectContaining({ code: 'worker-failed', cause }) as Error);
    const typed = new RerankError('unsupported-environment', 'no policy');
    expect(fails(typed)).toThrow(typed);
    expect(fails(Object.create(null))).toThrow(expect.objectContaining({ code: 'worker-failed' }) as Error);
  });
});
