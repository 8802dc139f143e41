import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Failure } from './failure.js';

describe('Failure', () => {
  it('gives what the work gives while it holds', async () => {
    const failure = new Failure();
    await expect(failure.unlessFailed(Promise.resolve(1))).resolves.toBe(1);
    await expect(failure.unlessFailed(Promise.reject(new Error('own')))).rejects.toThrow('own');
    expect(failure.error).toBeUndefined();
  });

  it('rejects what waits and what comes later, with the first error', async () => {
    const failure = new Failure();
    const waiting = failure.unlessFailed(new Promise(() => undefined));
    failure.fail(new Error('first'));
    failure.fail(new Error('second'));
    await expect(waiting).rejects.toThrow('first');
    await expect(failure.unlessFailed(Promise.resolve(1))).rejects.toThrow('first');
    expect(failure.error?.message).toBe('first');
  });

  it('holds on to no result', async () => {
    const failure = new Failure();
    const result = new WeakRef(await failure.unlessFailed(Promise.resolve({ tensor: new Uint8Array(1e6) })));
    await new Promise((resolve) => setTimeout(resolve)); // a WeakRef's target lives to the end of its task
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    expect(result.deref()).toBeUndefined();
  });
});
