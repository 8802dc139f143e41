import { CATALOGUE, type CatalogueEntry } from '../../src/index.js';
import { formatBytes } from './dom.js';

/** A model that the page offers. */
export interface ModelChoice {
  /** What `createReranker` is given. */
  readonly model: string;
  /** Its name in the catalogue. */
  readonly name: string;
  /** What people read. */
  readonly label: string;
}

function choice(name: string, entry: CatalogueEntry): ModelChoice {
  if (entry.kind === 'bundled') {
    const model = new URL(`models/${entry.folder}/`, document.baseURI).href;
    return { model, name, label: `${name} (on this site)` };
  }
  const size = entry.files.q8 && `, from ${formatBytes(entry.files.q8.approximateBytes)}`;
  return { model: name, name, label: `${name} (Hugging Face Hub${size ?? ''})` };
}

/** The models of the catalogue, first those that come with the page and need no other host. */
export function modelChoices(): ModelChoice[] {
  const entries = Object.entries(CATALOGUE);
  const bundled = entries.filter(([, { kind }]) => kind === 'bundled');
  const others = entries.filter(([, { kind }]) => kind !== 'bundled');
  return [...bundled, ...others].map(([name, entry]) => choice(name, entry));
}
