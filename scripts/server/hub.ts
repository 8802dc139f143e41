import { mediaType, readFrom, sha256, type FileSet } from './content.js';
import type { FaultList } from './faults.js';
import { send, sendFile, type Reply } from './reply.js';

/** A model repository on the stand-in Hub. */
export type HubRepository = FileSet & {
  /** Answers 401, as the Hub does for a gated repository without a token. */
  gated?: boolean;
  /** What `x-repo-commit` says, and a revision by which the files are found, beside `main`. */
  commit?: string;
};

/** The repositories of a stand-in Hub, by `owner/name`. */
export type HubRepositories = Record<string, HubRepository>;

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const EXPOSED =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,ETag,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag';

/** Answers with an error in the Hub's own words and headers. */
function refuse(reply: Reply, status: number, code: string, message: string): void {
  send(
    reply,
    status,
    { 'content-type': 'text/plain', 'x-error-code': code, 'x-error-message': message },
    message,
  );
}

/**
 * Answers a path in the Hub's layout: `/owner/name/resolve/revision/path` by a redirect to `/cdn/…`, and that with the
 * file. Gives false for any other path.
 */
export async function serveHub(
  reply: Reply,
  path: string,
  repositories: HubRepositories,
  faults: FaultList,
): Promise<boolean> {
  const asked = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const served = /^\/cdn\/([^/]+\/[^/]+)\/([^/]+)\/(.+)$/.exec(path);
  const [, name = '', revision = '', file = ''] = asked ?? served ?? [];
  if (!asked && !served) return false;
  reply.response.setHeader('access-control-expose-headers', EXPOSED);
  const repository = Object.hasOwn(repositories, name) ? repositories[name] : undefined;
  if (!repository) refuse(reply, 401, 'RepoNotFound', 'Invalid username or password.');
  else if (repository.gated) refuse(reply, 401, 'GatedRepo', `Access to model ${name} is restricted.`);
  else {
    const commit = repository.commit ?? COMMIT;
    const content = readFrom(repository, file);
    if (revision !== 'main' && revision !== commit) {
      refuse(reply, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    } else if (!content) refuse(reply, 404, 'EntryNotFound', 'Entry not found');
    else if (asked) redirect(reply, `/cdn/${name}/${commit}/${file}`, commit, content);
    else {
      const headers = { 'content-type': mediaType(file), etag: `"${sha256(content)}"` };
      await sendFile(reply, headers, content, faults.takeBody(path));
    }
  }
  return true;
}

/** The redirect by which the Hub answers for a file. */
function redirect(reply: Reply, location: string, commit: string, content: Buffer): void {
  const etag = `"${sha256(content)}"`;
  send(reply, 302, {
    location: encodeURI(location),
    etag,
    'x-linked-etag': etag,
    'x-linked-size': String(content.length),
    'x-repo-commit': commit,
    vary: 'Origin, Accept',
  });
}
