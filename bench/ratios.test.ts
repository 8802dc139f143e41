import { describe, expect, it } from 'vitest';
import { ratiosOf, TARGETS } from './ratios.js';
import { measurements } from './testing.js';

describe('ratiosOf', () => {
  it('gives every ratio the right way up', () => {
    const { ratios } = ratiosOf(measurements());
    expect(ratios).toEqual({
      vsTransformersRecipe: 3.5, // 4 and 3
      vsTransformersSorted: 1.5,
      runShare: 0.9,
      ofPackedLimit: 0.9,
      poolSpeedup: 2,
      coldBytes: 0.75,
      coldTime: 0.5,
      adaptiveSpeedup: 2.5, // 3 and 2
      keptSpeedup: 3,
    });
    expect(Object.keys(ratios)).toEqual(Object.keys(TARGETS));
  });

  it('gives the medians that they come from', () => {
    expect(ratiosOf(measurements()).medians).toMatchObject({
      'ours.ms': 2000,
      'ours.runMs': 1800,
      'ours.emptyBytes': 39e6,
      'ours.emptyGzipBytes': 21.2e6,
      'depth.fullMs': 850,
      'depth.meanOverlap': 0.95,
      'depth.largestDifference': 1e-5,
      'kept.secondMs': 300,
    });
  });

  it('says why a ratio is null, and when one rests on one round', () => {
    const measured = measurements();
    measured.depth = { stages: 1, candidates: 100, queries: [] };
    measured.kept = undefined;
    measured.workloads = [];
    measured.failures = ['kept: the browser went away'];
    const { ratios, notes } = ratiosOf(measured);
    expect(ratios).toMatchObject({ vsTransformersRecipe: null, adaptiveSpeedup: null, keptSpeedup: null });
    expect(notes).toEqual(
      expect.arrayContaining([
        'failed: kept: the browser went away',
        'vsTransformersRecipe is null: no rounds of 100 passages.',
        'adaptiveSpeedup is null: the model has one stage.',
        'keptSpeedup is null: not measured.',
        'coldTime rests on one round.',
      ]),
    );
  });

  it('does not take a second query that reused nothing for a gain', () => {
    const measured = measurements();
    for (const round of measured.kept?.rounds ?? []) round.kept = 0;
    const { ratios, notes } = ratiosOf(measured);
    expect(ratios.keptSpeedup).toBeNull();
    expect(notes).toContain('keptSpeedup is null: no passage was reused.');
  });

  it('never makes a ratio of a contestant that could not run', () => {
    const measured = measurements();
    for (const { contestants } of measured.workloads)
      for (const each of contestants)
        if (each.key === 'transformersSorted')
          Object.assign(each, { error: 'not timed: other scores', rounds: [] });
    const { ratios, notes } = ratiosOf(measured);
    expect(ratios.vsTransformersSorted).toBeNull();
    expect(notes).toContain('vsTransformersSorted is null: not timed: other scores.');
  });
});
