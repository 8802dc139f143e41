/** One passage of the collection, or one that was pasted (then without title and topic). */
export interface Passage {
  /** What it is about, as a heading. */
  readonly title?: string;
  /** Which side of it. */
  readonly topic?: string;
  /** The prose. */
  readonly body: string;
}

/** The form of collection.json. */
export interface CollectionFile {
  /** Its name for people. */
  readonly name: string;
  /** Where it comes from, with the version. */
  readonly source: string;
  /** Its licence. */
  readonly licence: string;
  /** What is searched. */
  readonly passages: readonly Passage[];
}

/** Questions whose answers share few words with them, so that the two orders differ. */
export const EXAMPLES: readonly string[] = [
  'Which nation was founded by freed slaves?',
  'the oldest parliament',
  'anthem without words',
  'a mountain that could destroy a big city',
  'lake drying up because of farming',
  'How did a small country become rich from oil?',
  'Where can you only get by ship?',
  'families having fewer children',
];

/** What search and model read of a passage: its title, then its prose. */
export function passageText(passage: Passage): string {
  return passage.title === undefined ? passage.body : `${passage.title}. ${passage.body}`;
}

/** Fetches the collection that comes with the page. @throws Error for the visitor where it is not there or of another form */
export async function loadCollection(): Promise<CollectionFile> {
  const response = await fetch(new URL('../collection.json', import.meta.url));
  if (!response.ok)
    throw new Error(`The collection could not be read: the server answered ${response.status}.`);
  const value: unknown = await response.json().catch(() => undefined);
  if (isCollection(value)) return value;
  throw new Error(
    'The collection could not be read: collection.json is damaged, or another file stands in its place.',
  );
}

function isCollection(value: unknown): value is CollectionFile {
  if (!isObject(value) || !Array.isArray(value.passages) || value.passages.length === 0) return false;
  const isTextOrNothing = (text: unknown) => text === undefined || typeof text === 'string';
  return (
    [value.name, value.source, value.licence].every((text) => typeof text === 'string') &&
    value.passages.every(
      (passage) =>
        isObject(passage) &&
        typeof passage.body === 'string' &&
        isTextOrNothing(passage.title) &&
        isTextOrNothing(passage.topic),
    )
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
