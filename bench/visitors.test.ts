import { describe, expect, it } from 'vitest';
import { measurements, results } from './testing.js';
import { firstUseBytes, trafficOf, visitorSection } from './visitors.js';

describe('what visitors cost', () => {
  it('counts weights as they are and all else with gzip', () => {
    expect(firstUseBytes(measurements().cold[0]?.files ?? [])).toBe(24e6 + 4e6 + 2e5);
  });

  it('counts only those who search and have nothing in their caches', () => {
    const habits = { label: '', search: 0.2, cached: 0.7 };
    expect(trafficOf(habits, 1_000_000, 30e6)).toEqual({ uses: 60_000, bytes: 60_000 * 30e6 });
  });

  it('writes the tables, and nothing without measured starts', () => {
    const text = visitorSection(results());
    expect(text).toContain('| browser-reranker | 24.0 | 4.0 | 0.2 | 28.2 |');
    expect(text).toContain('| everyone searches, nobody comes back | 1,000,000 | 28.2 TB | 564 |');
    expect(text).toContain('| 10 Mbit/s | 22.6 s | 24.6 s |');
    expect(text).toContain('2.0 s of one thread here, would be 556 hours');
    expect(visitorSection(results({ ...measurements(), cold: [] }))).toBe('');
  });
});
