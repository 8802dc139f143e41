import { RerankError } from '../errors.js';
import { meansAbsent } from './answer.js';
import { CATALOGUE } from './catalogue.js';

/** The npm package that carries a model of our own. @param name - the model's, which its folder has, too */
export function packageOf(name: string): string {
  return `browser-reranker-${name.replace('-rerank', '')}`;
}

/** What to do where a model of our own is not there: npm packages carry them, and a site serves a copy. @param name - the model's */
export function whereToGet(name: string): string {
  return (
    `Copy it to where your site is served from: npm install ${packageOf(name)}, then npx ` +
    'browser-reranker assets public/ (docs/guides/bundlers.md); or say by modelsUrl where it is.'
  );
}

/** Adds to an error about a missing file where the model can be had, if it is one of our own. @param name - the model's */
export function withCure(error: unknown, name: string): unknown {
  if (!meansAbsent(error) || CATALOGUE[name]?.kind !== 'bundled') return error;
  return new RerankError(error.code, `${error.message} ${whereToGet(name)}`, { cause: error });
}
