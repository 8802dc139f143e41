import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadProgress, Reranker } from '../types.js';
import { isFrugal } from './consent.js';
import { ModelSwitch, type ModelSwitchOptions } from './model-switch.js';

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A switch with a reranker that is there when it is told to be. */
function makeSwitch(options: Partial<ModelSwitchOptions> = {}) {
  const dispose = vi.fn(async () => {});
  const reranker = { rank: async () => [], dispose } as unknown as Reranker; // only these two are used
  const states: string[] = [];
  const load = { signal: new AbortController().signal, onProgress: (_: LoadProgress) => {} };
  let arrive = () => {};
  let fail = (_: Error) => {};
  const source = vi.fn<ModelSwitchOptions['source']>((given) => {
    Object.assign(load, given);
    return () =>
      new Promise<Reranker>((resolve, reject) => {
        arrive = () => resolve(reranker);
        fail = reject;
      });
  });
  const onProblem = vi.fn();
  const onState: ModelSwitchOptions['onState'] = (state) =>
    states.push(state.name === 'loading' ? `loading ${state.percent}` : state.name);
  const model = new ModelSwitch({ source, consent: false, owned: true, onState, onProblem, ...options });
  return {
    model,
    states,
    source,
    load,
    dispose,
    onProblem,
    arrive: () => arrive(),
    fail: (error: Error) => fail(error),
  };
}

const turn = () => new Promise((done) => setTimeout(done));
const download = (loadedOverall: number, totalOverall?: number): LoadProgress => ({
  status: 'download',
  file: 'x',
  loaded: 0,
  total: 0,
  fromCache: false,
  loadedOverall,
  totalOverall,
});

describe('the model’s switch', () => {
  it('loads once when it is wanted, counts, and is on', async () => {
    const { model, states, source, load, arrive } = makeSwitch();
    expect(source).not.toHaveBeenCalled();
    model.want();
    model.want();
    load.onProgress(download(5));
    load.onProgress(download(50, 100));
    load.onProgress(download(50, 100));
    let on = false;
    void model.whenOn().then(() => (on = true));
    await turn();
    expect(on).toBe(false);
    arrive();
    await turn();
    expect(on).toBe(true);
    expect(states).toEqual(['loading undefined', 'loading 50', 'on']);
    expect(source).toHaveBeenCalledOnce();
  });

  it('asks first where the owner or the connection wants it, and remembers the answer', async () => {
    vi.stubGlobal('navigator', { connection: { saveData: true } });
    const frugal = makeSwitch();
    frugal.model.wantUnasked();
    expect(frugal.states).toEqual([]);
    frugal.model.want();
    expect(frugal.states).toEqual(['asking']);
    frugal.model.turnOff();
    const later = makeSwitch({ consent: true });
    later.model.want();
    expect(later.states).toEqual(['off']);
    later.model.turnOn();
    expect(later.states).toEqual(['off', 'loading undefined']);
    const agreed = makeSwitch({ consent: true });
    agreed.model.want();
    expect(agreed.states).toEqual(['loading undefined']);
  });

  it('frees the model when it is turned off, and does not come on by itself', async () => {
    const { model, states, load, dispose, arrive } = makeSwitch();
    model.want();
    model.turnOff();
    expect(load.signal.aborted).toBe(true);
    arrive();
    await turn();
    expect(states).toEqual(['loading undefined', 'off']);
    expect(dispose).toHaveBeenCalledOnce();
    await expect(model.reranker()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves a reranker of the caller’s alone', async () => {
    const { model, dispose, arrive } = makeSwitch({ owned: false });
    model.want();
    arrive();
    await turn();
    model.dispose();
    await turn();
    expect(dispose).not.toHaveBeenCalled();
  });

  it('tells why it failed, and is on again after a ranking that went well', async () => {
    const broken = makeSwitch();
    broken.model.want();
    broken.fail(new Error('404'));
    await turn();
    broken.model.worked(); // there is no model
    expect(broken.states).toEqual(['loading undefined', 'failed']);
    expect(broken.onProblem).toHaveBeenCalledExactlyOnceWith('404');
    const slow = makeSwitch();
    slow.model.want();
    slow.arrive();
    await turn();
    slow.model.failed('too slow');
    slow.model.worked();
    expect(slow.states).toEqual(['loading undefined', 'on', 'failed', 'on']);
  });

  it('works where storage is forbidden', () => {
    vi.stubGlobal('localStorage', undefined);
    const { model, states } = makeSwitch({ consent: true });
    model.want();
    model.turnOn();
    expect(states).toEqual(['asking', 'loading undefined']);
  });
});

describe('a frugal connection', () => {
  it.each([
    [undefined, false],
    [{ saveData: false, effectiveType: '4g', type: 'wifi' }, false],
    [{ saveData: true }, true],
    [{ type: 'cellular', effectiveType: '4g' }, true],
    [{ effectiveType: 'slow-2g' }, true],
    [{ effectiveType: '2g' }, true],
  ])('%o', (connection, frugal) => {
    expect(isFrugal({ connection } as unknown as Navigator)).toBe(frugal);
  });
});
