import { RerankError } from '../errors.js';
import { printable } from './text.js';

/**
 * Writes to standard output, with what a terminal would act on made harmless.
 *
 * @returns false where nobody reads any longer (`| head -1`): there is nothing more to do then, and nothing wrong.
 * @throws RerankError `output-failed` where it cannot be written, as on a full disk.
 */
export function print(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null): void => {
      const code = error?.code;
      if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve(false);
      else if (error) reject(notWritten('Standard output', error));
      else resolve(true);
    };
    process.stdout.once('error', settle); // else it would end the process with a stack trace
    process.stdout.write(printable(text), settle);
  });
}

/** The error for something that could not be written. @param what - standard output, or a file's name */
export function notWritten(what: string, cause: unknown): RerankError {
  return new RerankError(
    'output-failed',
    `${what} could not be written to its end: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}
