import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** `fetch` that also reads `file:` URLs, with the status and headers a server would give. */
export const fetchFileOrUrl: typeof globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith('file:')) return fetch(input, init);
  try {
    const bytes = await readFile(fileURLToPath(url), { signal: init?.signal ?? undefined });
    return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
  } catch (error) {
    // What a server would answer. None of it gets better by trying again.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return new Response(null, { status: 404 });
    if (['EACCES', 'EPERM'].includes(code)) return new Response(null, { status: 403 });
    throw error;
  }
};
