type Random = () => number;

/** What a field may come to hold, of every type that JSON has. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  3,
  2 ** 53,
  1e308,
  '',
  'x',
  '64',
  [],
  [null],
  [1, 2],
  {},
  { x: null },
  ['a', 'b'],
];

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T; // lists here are never empty

/** A place in a JSON value: what holds it, and under which key. */
interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesOf(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Record<string, unknown>; // a list's keys are its positions
  for (const key of Object.keys(holder)) {
    found.push({ holder, key });
    placesOf(holder[key], found);
  }
  return found;
}

/**
 * A JSON file with something wrong: one to three places that hold another value, are gone, or moved; or, now and then, text
 * that is cut, has a wrong character, or is another file altogether.
 */
export function mutated(text: string, random: Random): string {
  const kind = random();
  if (kind < 0.03) return text.slice(0, Math.floor(random() * text.length));
  if (kind < 0.06) {
    const at = Math.floor(random() * text.length);
    return text.slice(0, at) + pick(['"', '}', '\0', ',', 'é', '9'], random) + text.slice(at + 1);
  }
  if (kind < 0.08) return JSON.stringify(pick(VALUES, random));
  const root: Record<string, unknown> = { value: JSON.parse(text) as unknown };
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    const { holder, key } = pick(placesOf(root), random);
    const change = random();
    if (change < 0.2 && key !== 'value') Reflect.deleteProperty(holder, key);
    else if (change < 0.3) holder[key] = structuredClone(pick(placesOf(root), random).holder);
    else holder[key] = structuredClone(pick(VALUES, random));
  }
  return JSON.stringify(root.value) ?? '';
}
