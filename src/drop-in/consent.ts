/** What the visitor chose by the buttons of the status line. */
export type Choice = 'on' | 'off';

/** Where the choice is kept, for this site and browser only. */
const KEY = 'browser-reranker';

/** What is used of the Network Information API; TypeScript's library does not have it. */
interface Connection {
  saveData?: boolean;
  type?: string;
  effectiveType?: string;
}

/** Whether this visitor's connection is one on which nothing large is loaded unasked: Save-Data, a phone's network, or a slow one. */
export function isFrugal(browser: Navigator = navigator): boolean {
  const { connection } = browser as { connection?: Connection };
  if (!connection) return false;
  return (
    connection.saveData === true ||
    connection.type === 'cellular' ||
    (connection.effectiveType ?? '').endsWith('2g')
  );
}

/** The choice of an earlier visit, if there was one and the browser keeps such things. */
export function keptChoice(): Choice | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'on' || kept === 'off' ? kept : undefined;
  } catch {
    return undefined; // storage is forbidden here
  }
}

/** Keeps a choice for later visits. */
export function keepChoice(choice: Choice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // It is asked again on the next page.
  }
}
