import { createReadStream } from 'node:fs';
import type { Connect } from 'vite';
import type { AssetFile } from '../node/asset-files.js';

/** Serves files in development. @param base - the path in front of each file's own */
export function serveAssets(base: string, files: readonly AssetFile[]): Connect.NextHandleFunction {
  const byUrl = new Map(files.map((file) => [base + file.path, file]));
  return (request, response, next) => {
    const file = byUrl.get((request.url ?? '').replace(/[?#].*$/s, ''));
    if (!file) return next();
    response.setHeader(
      'Content-Type',
      file.path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    );
    response.setHeader('Content-Length', file.bytes);
    response.setHeader('Cache-Control', 'no-cache');
    if (request.method === 'HEAD') response.end();
    else createReadStream(file.from).on('error', next).pipe(response);
  };
}
