import { describe, expect, it } from 'vitest';
import { abortError, errorFromData, errorToData, isAbort, RerankError } from './errors.js';

/** What a worker boundary does to data. */
const across = (error: unknown) => errorFromData(structuredClone(errorToData(error, 'run-failed')));

describe('errors across the boundary', () => {
  it('keep class, code, message and the chain of causes', () => {
    const error = across(
      new RerankError('device-lost', 'gone', { cause: new TypeError('x', { cause: 'why' }) }),
    );
    expect(error).toBeInstanceOf(RerankError);
    expect(error).toMatchObject({ code: 'device-lost', message: 'gone' });
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'x' });
    expect((error.cause as Error).cause).toMatchObject({ message: 'why' });
  });

  it('give unknown failures the code of what was being done', () => {
    expect(across(new RangeError('out of memory'))).toMatchObject({
      code: 'run-failed',
      message: 'out of memory',
    });
    expect(across('a string')).toMatchObject({ code: 'run-failed', message: 'a string' });
  });

  it('leave a cancellation an AbortError', () => {
    const error = across(new DOMException('stop', 'AbortError'));
    expect(error).toBeInstanceOf(DOMException);
    expect(isAbort(error)).toBe(true);
  });
});

describe('abortError', () => {
  it("is the caller's reason where that is an error, else an AbortError", () => {
    const controller = new AbortController();
    controller.abort(new TypeError('mine'));
    expect(abortError(controller.signal)).toBeInstanceOf(TypeError);
    expect(abortError(AbortSignal.abort('text'))).toMatchObject({ name: 'AbortError', message: 'text' });
    expect(abortError(AbortSignal.abort())).toMatchObject({ name: 'AbortError' });
  });
});
