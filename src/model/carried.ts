import { RerankError } from '../errors.js';
import { meansAbsent } from './answer.js';
import { CATALOGUE } from './catalogue.js';

/**
 * What to do where a model of our own is not there: npm packages carry them, and a site serves a copy.
 * @param name - as in the catalogue, or what a manifest says
 * @returns sentences for an error; undefined for any other model
 */
function whereToGet(name: string): string | undefined {
  const entry = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
  if (entry?.kind !== 'bundled') return undefined;
  return (
    `The files of ${name} come in the npm package ${entry.package}, and your site has to serve them: "npm install ` +
    `${entry.package}", then "npx browser-reranker assets public/browser-reranker", and pass assetsUrl: '/browser-reranker/'.`
  );
}

/** Adds to an error about a missing file where the model can be had, if it is one of our own. @param name - the model's name */
export function withCure(error: unknown, name: string): unknown {
  const cure = meansAbsent(error) && whereToGet(name);
  return cure ? new RerankError(error.code, `${error.message} ${cure}`, { cause: error }) : error;
}
