import { WEIGHTS, type Fault } from './fault.js';

const never = 'new Promise(() => undefined)';
const cachesThat = (method: string, body: string) =>
  `CacheStorage.prototype.${method} = function () { return ${body}; };`;
const cacheThat = (method: string, body: string) =>
  `Cache.prototype.${method} = function () { return ${body}; };`;

/** Spoils what is kept of the weights after a first visit that went well. */
const afterAVisit = (spoil: string) => `async () => {
  await rankOnce();
  const cache = await caches.open('browser-reranker');
  for (const request of await cache.keys()) if (request.url.includes('${WEIGHTS}')) await (${spoil})(cache, request);
  return seen(() => rankOnce());
}`;

/** Cache Storage that is missing, full, broken, slow or spoilt: only the cache is lost. */
export const STORAGE: Fault[] = [
  {
    fault: 'no Cache Storage (insecure page)',
    init: "Object.defineProperty(window, 'caches', { value: undefined });",
    saw: 'ranked',
  },
  {
    fault: 'Cache Storage refuses (private mode)',
    init: cachesThat('open', "Promise.reject(new DOMException('no', 'SecurityError'))"),
    saw: 'ranked',
  },
  { fault: 'Cache Storage never opens', init: cachesThat('open', never), saw: 'ranked', within: 20_000 },
  { fault: 'the cache never answers', init: cacheThat('match', never), saw: 'ranked', within: 60_000 },
  {
    fault: 'the cache fails when it is read',
    init: cacheThat('match', "Promise.reject(new Error('disk'))"),
    saw: 'ranked',
  },
  {
    fault: 'the disk is full',
    init: cacheThat('put', "Promise.reject(new DOMException('full', 'QuotaExceededError'))"),
    saw: 'ranked',
  },
  { fault: 'writing to the cache never ends', init: cacheThat('put', never), saw: 'ranked' },
  {
    fault: 'kept weights with a wrong byte',
    act: afterAVisit(`async (cache, request) => {
      const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer());
      bytes[bytes.length >> 1] ^= 255;
      await cache.put(request, new Response(bytes));
    }`),
    saw: 'ranked',
  },
  {
    fault: 'kept weights that were emptied',
    act: afterAVisit("(cache, request) => cache.put(request, new Response(''))"),
    saw: 'ranked',
  },
  {
    fault: 'kept weights that were thrown out',
    act: afterAVisit('(cache, request) => cache.delete(request)'),
    saw: 'ranked',
  },
  {
    fault: 'no crypto.subtle (insecure page)',
    init: "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });",
    saw: 'ranked',
  },
];
