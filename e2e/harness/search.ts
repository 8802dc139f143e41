import { createElement, StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { SearchSession, SearchSnapshot } from '../../src/search/index.js';

export { createSearchSession } from '../../src/search/index.js';

/**
 * Shows a session by React's own hook for stores.
 * @returns every snapshot that React has rendered, in order; React warns on the console of a store that gives a new one each time
 */
export function showWithReact(
  session: SearchSession<string>,
  element: HTMLElement,
): SearchSnapshot<string>[] {
  const rendered: SearchSnapshot<string>[] = [];
  function Results() {
    const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
    rendered.push(snapshot);
    const items = snapshot.results.map((hit) => createElement('li', { key: hit }, hit));
    return createElement('ol', { 'data-order': snapshot.order }, items);
  }
  createRoot(element).render(createElement(StrictMode, null, createElement(Results)));
  return rendered;
}

export { liteClient } from 'algoliasearch/lite';
export { docSearchText, rerankAlgolia } from '../../src/adapters/algolia.js';
