import type { Capabilities } from './capabilities.js';

/** The heap of an open model ends at 2.7 times its weights (244 MiB for 90 MB of fp32, measured in Node). */
const HEAP_PER_WEIGHT = 3;

/** Systems end pages that take much more of the memory: it is shared with the browser, other pages and other programs. */
const SHARE_OF_MEMORY = 1 / 4;

/**
 * Tells whether a device has too little memory for a model. Only used where a fallback was asked for: without one, trying is the
 * better way to find out.
 *
 * @param memory - GiB that the browser admits to; undefined (Firefox, Safari) speaks against nothing
 * @param weightBytes - bytes of the weights, where they are known
 * @returns why the model should not be tried; undefined where nothing speaks against it
 */
export function whyTooSmall(
  { memory }: Pick<Capabilities, 'memory'>,
  weightBytes: number | undefined,
): string | undefined {
  if (memory === undefined || weightBytes === undefined) return undefined;
  const needed = weightBytes * HEAP_PER_WEIGHT;
  const allowed = memory * 2 ** 30 * SHARE_OF_MEMORY;
  if (needed <= allowed) return undefined;
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return (
    `the device is too small: open, the model takes about ${mebibytes(needed)}, and of the ${memory} GiB that the browser ` +
    `admits to a page should take no more than ${mebibytes(allowed)}`
  );
}
