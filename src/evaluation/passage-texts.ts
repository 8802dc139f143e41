import { documentText } from '../document-text.js';

/**
 * What of a collection's documents is scored, by id.
 *
 * @param corpus - documents by id.
 * @param text - the caller's own way; default the document where it is a string, else title and text as BEIR joins them.
 * @returns a function of an id in the corpus. It throws RerankError `invalid-input` for a document without a text, and what
 * `text` throws, as it is.
 */
export function passageTexts<D>(
  corpus: ReadonlyMap<string, D>,
  text?: (document: D) => string,
): (id: string) => string {
  return (id) => {
    const document = corpus.get(id) as D; // candidates that are not there were refused at the start
    const own = documentText(document, `Document '${id}'`, text);
    return text ? own : `${titleOf(document)} ${own}`.trim();
  };
}

/** A document's title; empty where it has none. */
export function titleOf(document: unknown): string {
  const { title } = Object(document) as { title?: unknown };
  return typeof title === 'string' ? title : '';
}
