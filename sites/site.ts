import type { Page } from '@playwright/test';

/** A result as the site's own search finds it. */
export interface Candidate {
  /** What the page shows of it: see {@link Site.shown}. */
  key: string;
  /** The text that the site gives to the reranker. */
  text: string;
}

/** A real site: how it is built, typed into and read. Adding one is a file like `minisearch.ts` and a line in `index.ts`. */
export interface Site {
  /** Name of the test, of the folder under .cache/sites and of the screenshot. */
  name: string;
  /** Builds the site from the packed tarballs. @returns the folder to serve, and the one in which the packages are installed */
  build: () => Promise<{ dist: string; packages: string }>;
  /** What is typed: a question whose best answers are not the engine's first. */
  query: string;
  /** Path of the page with the search. @default '/' */
  path?: string;
  /** Types the query as a visitor does. */
  type: (page: Page, query: string) => Promise<void>;
  /** What the site's own search finds for the query, in its order, as it is handed to the reranker. */
  candidates: (page: Page, query: string) => Promise<Candidate[]>;
  /** Keys of the results that are shown, in their order. */
  shown: (page: Page) => Promise<string[]>;
  /** What the site needs beyond the strict policy, by directive; say why in a comment. */
  csp?: Readonly<Record<string, string>>;
}
