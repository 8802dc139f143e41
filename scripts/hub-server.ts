import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mediaType, readFrom, sha256, type FileSet } from './server/content.js';
import { FaultList, LFS_POINTER, type Fault, type FaultPath } from './server/faults.js';
import { serveHub, type HubRepositories } from './server/hub.js';
import { send, sendFault, sendFile, type LoggedRequest, type Reply } from './server/reply.js';

export { LFS_POINTER };
export type { Fault, FaultPath, FileSet, HubRepositories, LoggedRequest };

/** A folder, or named files, served below a path. */
export type Mount = FileSet & {
  /** Where it is served, '/' without this. */
  at?: string;
  /** The header of that name; `no-cache` without this. */
  cacheControl?: string;
  /** The file that answers for every missing path, with 200, as a single-page application's server does. */
  fallback?: string;
};

/** What a test server serves, and how. */
export interface ServerOptions {
  /** Model repositories in the Hub's layout, by `owner/name`. */
  models?: HubRepositories;
  /** Static files; the first mount that has the path answers. */
  mounts?: Mount[];
  /** Sends the two headers that make a page cross-origin isolated. */
  isolated?: boolean;
  /** Content-Security-Policy. */
  csp?: string;
  /** The status for what is not there; 404 without this. S3 and CloudFront answer 403 where nobody may list the folder. */
  missing?: number;
  /** Body bytes are compressed, whatever is asked for, as a CDN does for clients that accept it. */
  compress?: 'gzip' | 'br';
  /** More headers for every answer. */
  headers?: Record<string, string>;
  /** Port; a free one without this. */
  port?: number;
}

/** A server that runs. */
export interface TestServer {
  /** `http://localhost:port`, without a slash at the end. */
  url: string;
  /** Every request so far, in order; lines are kept up to date while an answer is under way. */
  requests: LoggedRequest[];
  /** Makes a path fail from now on. */
  fault: (path: FaultPath, fault: Fault) => void;
  /** Takes all faults away. */
  clearFaults: () => void;
  /** Body bytes sent so far for paths that contain the text (all, without one). */
  bytes: (containing?: string) => number;
  /** Ends the server and its connections. */
  close: () => Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Range, Authorization, If-None-Match',
  'cross-origin-resource-policy': 'cross-origin',
};
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Answers a path from the mounts; gives false when none has it. */
async function serveMounts(
  reply: Reply,
  path: string,
  mounts: Mount[],
  faults: FaultList,
  match?: string,
): Promise<boolean> {
  for (const mount of mounts) {
    const base = `${mount.at ?? ''}/`.replace(/\/+$/, '/');
    if (`${path}/` === base) {
      send(reply, 301, { location: base });
      return true;
    }
    if (!path.startsWith(base)) continue;
    const name = path.slice(base.length).replace(/(^|\/)$/, '$1index.html');
    const file = [name, mount.fallback].find(
      (each) => each !== undefined && readFrom(mount, each) !== undefined,
    );
    const content = file === undefined ? undefined : readFrom(mount, file);
    if (file === undefined || !content) continue;
    const headers = {
      'content-type': mediaType(file),
      etag: `"${sha256(content)}"`,
      'cache-control': mount.cacheControl ?? 'no-cache',
    };
    if (match === headers.etag) send(reply, 304, headers);
    else await sendFile(reply, headers, content, faults.takeBody(path));
    return true;
  }
  return false;
}

/**
 * Starts a server on localhost that speaks the Hugging Face Hub's layout and serves static folders, for tests.
 * Faults can be set for each path; requests are counted.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const faults = new FaultList();
  if (options.compress) faults.add(/./, { kind: 'compress', encoding: options.compress });
  const requests: LoggedRequest[] = [];
  const common = {
    ...CORS,
    ...(options.isolated ? ISOLATION : {}),
    ...(options.csp === undefined ? {} : { 'content-security-policy': options.csp }),
    ...options.headers,
  };

  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const path = safeDecode(pathname);
    const { range, 'if-none-match': match } = request.headers;
    const log: LoggedRequest = {
      method: request.method ?? 'GET',
      path,
      status: 0,
      bytes: 0,
      ...(range ? { range } : {}),
      ...(search ? { search } : {}),
    };
    requests.push(log);
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
    const reply: Reply = { response, log };
    void (async () => {
      if (log.method === 'OPTIONS') return send(reply, 204, {});
      if (log.method !== 'GET' && log.method !== 'HEAD')
        return send(reply, 405, { allow: 'GET, HEAD, OPTIONS' });
      const fault = faults.takeAnswer(path);
      if (fault) return sendFault(reply, {}, fault);
      if (await serveMounts(reply, path, exact(options.mounts), faults, match)) return;
      if (await serveHub(reply, path, options.models ?? {}, faults)) return;
      if (await serveMounts(reply, path, options.mounts ?? [], faults, match)) return;
      send(reply, options.missing ?? 404, { 'content-type': 'text/plain' }, 'Not found');
    })().catch((error: unknown) => {
      console.error(`test server: ${path}:`, error);
      response.destroy();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    requests,
    fault: (path, fault) => faults.add(path, fault),
    clearFaults: () => faults.clear(),
    bytes: (containing = '') =>
      requests.filter(({ path }) => path.includes(containing)).reduce((sum, { bytes }) => sum + bytes, 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The mounts without their fallbacks, so that a fallback never hides a model. */
function exact(mounts: Mount[] = []): Mount[] {
  return mounts.map((mount) => ({ ...mount, fallback: undefined }));
}

/** Percent-decodes a path; a broken escape leaves it as it is. */
function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
