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

/** Fetches the collection that comes with the page. */
export async function loadCollection(): Promise<CollectionFile> {
  const response = await fetch(new URL('../collection.json', import.meta.url));
  if (!response.ok)
    throw new Error(`The collection could not be read: the server answered ${response.status}.`);
  return (await response.json()) as CollectionFile;
}
