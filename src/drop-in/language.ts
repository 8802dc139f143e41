import { CATALOGUE } from '../model/catalogue.js';

/** The languages that a model was trained for, as far as its name is known here. */
export function languagesOf(model: string): readonly string[] | undefined {
  return Object.hasOwn(CATALOGUE, model) ? CATALOGUE[model]?.languages : undefined;
}

/**
 * Whether a page is in one of these languages. A page that names no language passes: its owner has set the tag there.
 * @param languages - ISO 639-1 codes; undefined where nobody knows
 */
export function speaks(languages: readonly string[] | undefined, root: Element): boolean {
  const primary = (root.getAttribute('lang') ?? '').trim().toLowerCase().split(/[-_]/u)[0];
  return !primary || !languages || languages.some((language) => language.toLowerCase() === primary);
}
