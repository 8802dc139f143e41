/** A file with its path in the folder that was dropped or chosen, as in `qrels/test.tsv`. */
export type DroppedFile = readonly [path: string, file: File];

/** Files and the name of the folder that they came in. */
export interface DroppedFolder {
  /** For people. */
  readonly name: string;
  /** Paths start in the folder. */
  readonly files: readonly DroppedFile[];
}

/** All files of a drop, those in folders too. To be called while the event is handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFolder> {
  // Entries and files are gone once the event is over: all are asked for before anything is awaited.
  const found = [...transfer.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const files = await Promise.all(found.map((each) => (each instanceof File ? own(each) : walk(each))));
  return asFolder(files.flat());
}

/** All files of an `<input type="file">`, with or without `webkitdirectory`. */
export function chosenFiles(input: HTMLInputElement): DroppedFolder {
  return asFolder([...(input.files ?? [])].map((file) => [file.webkitRelativePath || file.name, file]));
}

const own = (file: File): Promise<DroppedFile[]> => Promise.resolve([[file.name, file]]);

async function walk(entry: FileSystemEntry | null): Promise<DroppedFile[]> {
  if (!entry) return [];
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [[path, file]];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: DroppedFile[] = [];
  for (;;) {
    // Browsers give at most a hundred entries at a time.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map((each) => walk(each)))).flat());
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** Leaves a folder that holds everything out of the paths. */
function asFolder(files: readonly DroppedFile[]): DroppedFolder {
  const tops = new Set(files.map(([path]) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [top = ''] = tops.size === 1 ? tops : [];
  if (top === '') return { name: 'your files', files };
  return { name: top, files: files.map(([path, file]) => [path.slice(top.length + 1), file]) };
}
