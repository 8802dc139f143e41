import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The repository's own files (tracked, or new and not ignored) below the given folders, as relative paths. */
export function projectFiles(...folders: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...folders];
  const listed = execFileSync('git', args, { encoding: 'utf8' }).split('\0');
  return [...new Set(listed)].filter((path) => path !== '' && existsSync(path)).sort();
}
