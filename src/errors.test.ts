import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ModuleKind, ScriptTarget, transpile } from 'typescript';
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

  it('survive a circle of causes and things that are no text', () => {
    const circle = new Error('again');
    circle.cause = circle;
    expect(across(circle)).toMatchObject({ code: 'run-failed', message: 'again' });
    expect(across(Object.create(null))).toMatchObject({
      code: 'run-failed',
      message: 'an object was thrown',
    });
  });

  it('leave a cancellation an AbortError', () => {
    const error = across(new DOMException('stop', 'AbortError'));
    expect(error).toBeInstanceOf(DOMException);
    expect(isAbort(error)).toBe(true);
  });
});

describe('abortError', () => {
  it('is an AbortError whatever the reason, which is its cause', () => {
    const mine = new TypeError('mine');
    const late = new DOMException('late', 'TimeoutError');
    for (const [reason, message] of [
      [mine, 'mine'],
      [late, 'late'],
      ['text', 'text'],
      [7, 'The operation was cancelled.'],
    ] as const) {
      expect(abortError(AbortSignal.abort(reason))).toMatchObject({
        name: 'AbortError',
        message,
        cause: reason,
      });
    }
    expect(abortError(AbortSignal.abort())).toMatchObject({ name: 'AbortError' });
    expect(abortError(AbortSignal.abort()).cause).toBeUndefined();
  });

  it('passes on the errors of this package, such as a disposal', () => {
    const disposed = new RerankError('disposed', 'gone');
    expect(abortError(AbortSignal.abort(disposed))).toBe(disposed);
  });
});

describe('RerankError.is', () => {
  it('knows the errors of another copy of the package, which instanceof does not', async () => {
    const source = await readFile(new URL('errors.ts', import.meta.url), 'utf8');
    const code = transpile(source, { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 });
    const folder = await mkdtemp(join(tmpdir(), 'browser-reranker-'));
    try {
      const copies: (typeof RerankError)[] = [];
      for (const name of ['first', 'second']) {
        const path = join(folder, `${name}.mjs`);
        await writeFile(path, code);
        const copy = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
          RerankError: typeof RerankError;
        };
        copies.push(copy.RerankError);
      }
      for (const one of copies) {
        for (const other of copies) {
          const error: unknown = new other('not-found', 'gone');
          expect(one.is(error)).toBe(true);
          expect(error instanceof one).toBe(one === other);
        }
        expect(RerankError.is(new one('timeout', 'late'))).toBe(true);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says no to everything else', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const like = Object.assign(new Error('x'), { name: 'RerankError', code: 'timeout' });
    for (const value of [like, new Error('x'), null, undefined, 'timeout', 3, {}, () => 0, revoked.proxy]) {
      expect(RerankError.is(value)).toBe(false);
    }
  });

  it('lets an error of another copy through an aborted signal', () => {
    const foreign = Object.assign(new Error('mine'), { [Symbol.for('browser-reranker.RerankError')]: true });
    expect(abortError(AbortSignal.abort(foreign))).toBe(foreign);
  });
});
