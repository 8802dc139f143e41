import { pageSite } from './page-site.js';
import type { Site } from './site.js';

const QUESTION = 'which country has the highest mountain in Africa';

/** Every site that is built and opened. */
export const SITES: Site[] = [
  pageSite('minisearch', QUESTION),
  pageSite('lunr', QUESTION),
  pageSite('fuse', QUESTION),
];
