/**
 * What the status line says. `{percent}` is filled in, and `{size}` (`30 MB`) where the model's size is known; else the brackets around it
 * are left out.
 */
export interface StatusTexts {
  /** Asks before anything is loaded. @default 'Put the best results first? This loads a language model once ({size}). What you search for stays on this device.' */
  ask: string;
  /** The button that agrees. @default 'Yes' */
  agree: string;
  /** The button that declines. @default 'No' */
  decline: string;
  /** While the model loads. @default 'Loading better results … {percent} %' */
  loading: string;
  /** While results are re-ranked. @default 'Best results first' */
  on: string;
  /** Where the visitor switched it off. @default 'Results in the usual order' */
  off: string;
  /** The button that switches it off. @default 'Turn off' */
  turnOff: string;
  /** The button that switches it on. @default 'Best results first' */
  turnOn: string;
  /** Said to screen readers, and not shown, when results changed their places. @default 'The best results are first now.' */
  reordered: string;
}

/** The texts in English. */
export const ENGLISH: Readonly<StatusTexts> = {
  ask: 'Put the best results first? This loads a language model once ({size}). What you search for stays on this device.',
  agree: 'Yes',
  decline: 'No',
  loading: 'Loading better results … {percent} %',
  on: 'Best results first',
  off: 'Results in the usual order',
  turnOff: 'Turn off',
  turnOn: 'Best results first',
  reordered: 'The best results are first now.',
};

/** Megabytes of model and runtime, on WASM, rounded up; for the question alone. */
const MEGABYTES: Readonly<Record<string, number>> = { 'minilm-l6-rerank-en': 30, 'minilm-l3-rerank-en': 20 };

/** Fills in a text; what stands in brackets with a size that is not known is left out. */
export function fill(
  text: string,
  values: { percent?: number | undefined; model?: string | undefined },
): string {
  const megabytes = values.model === undefined ? undefined : MEGABYTES[values.model];
  const sized =
    megabytes === undefined
      ? text.replace(/\s*[(（][^()（）]*\{size\}[^()（）]*[)）]/u, '')
      : text.replaceAll('{size}', `${megabytes} MB`);
  return sized.replaceAll('{percent}', String(values.percent ?? 0));
}
