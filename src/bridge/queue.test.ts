import { describe, expect, it } from 'vitest';
import { SerialQueue } from './queue.js';

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe('SerialQueue', () => {
  it('runs one task at a time, in order, also after a failure', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const task =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await later(5);
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.run(task('a')),
      queue.run(task('b', true)),
      queue.run(task('c')),
    ]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('never runs a task that was cancelled while it waited', async () => {
    const queue = new SerialQueue();
    const first = queue.run(() => later(20));
    const controller = new AbortController();
    let ran = false;
    const second = queue.run(() => Promise.resolve((ran = true)), controller.signal);
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await first;
    await queue.run(() => Promise.resolve());
    expect(ran).toBe(false);
  });

  it('rejects a cancelled task at once, but lets its successor wait for it', async () => {
    const queue = new SerialQueue();
    const controller = new AbortController();
    let done = false;
    const first = queue.run(async () => {
      await later(30);
      done = true;
    }, controller.signal);
    await later(5);
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(done).toBe(false);
    await queue.run(() => Promise.resolve());
    expect(done).toBe(true);
  });
});
