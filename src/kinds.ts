import { RerankError } from './errors.js';

/** The longest that timers can wait: about 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Characters of a text that an error repeats. */
const SHOWN_CHARACTERS = 60;

/** A kind of value that an option may have. */
export interface Kind {
  /** Whether a value is of this kind. */
  is(value: unknown): boolean;
  /** What an error says was expected. */
  expected: string;
}

/** Every option of a call with its kind; one that is missing here does not compile. */
export type Kinds<Options> = Readonly<Record<keyof Options, Kind>>;

/** One of these texts. */
export function oneOf(...values: string[]): Kind {
  const quoted = values.map((value) => `"${value}"`);
  return {
    is: (value) => typeof value === 'string' && values.includes(value),
    expected: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
  };
}

/** A whole number. @param least - smallest that is right @param most - greatest that is right, if there is one @param unit - what is counted */
export function wholeNumber(least: number, most?: number, unit = ''): Kind {
  const range = most === undefined ? `${least} or more` : `${least} to ${most}`;
  return {
    is: (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= (most ?? Infinity),
    expected: `a whole number${unit && ` of ${unit}`}, ${range}`,
  };
}

/** A number, fractions too. */
export function numberBetween(least: number, most: number): Kind {
  return {
    is: (value) => typeof value === 'number' && value >= least && value <= most,
    expected: `a number from ${least} to ${most}`,
  };
}

/** This text, or what another kind allows. */
export function textOr(text: string, kind: Kind): Kind {
  return { is: (value) => value === text || kind.is(value), expected: `${kind.expected}, or "${text}"` };
}

/** A time that a timer can keep. */
export const MILLISECONDS: Kind = {
  is: (value) => value === Infinity || (typeof value === 'number' && value > 0 && value <= LONGEST_TIMER),
  expected: `milliseconds above 0 and up to ${LONGEST_TIMER}, or Infinity for never`,
};

/** A text that can become a part of a URL: not empty, and without half a character. */
export const TEXT: Kind = {
  is: (value) => typeof value === 'string' && value !== '' && !/\p{Surrogate}/u.test(value),
  expected: 'a text that is not empty',
};

/** A text, be it empty. */
export const ANY_TEXT: Kind = {
  is: (value) => typeof value === 'string',
  expected: 'a text, which may be empty',
};

/** An object that holds nothing but texts. */
export const TEXTS_BY_NAME: Kind = { is: isTextsByName, expected: 'an object of texts by name' };

function isTextsByName(value: unknown): boolean {
  try {
    if (typeof value !== 'object' || value === null || isArray(value)) return false;
    return Object.values(value).every((text) => typeof text === 'string');
  } catch {
    return false; // a getter that throws
  }
}

/** True or false. */
export const FLAG: Kind = { is: (value) => typeof value === 'boolean', expected: 'true or false' };

/** An object; what is in it is looked at elsewhere. */
export const OBJECT: Kind = {
  is: (value) => typeof value === 'object' && value !== null && !isArray(value),
  expected: 'an object',
};

/** A function. What it takes and gives cannot be seen before it is called. */
export const FUNCTION: Kind = { is: (value) => typeof value === 'function', expected: 'a function' };

/** An `AbortSignal`, of this window or another. */
export const SIGNAL: Kind = { is: isSignal, expected: 'an AbortSignal' };

function isSignal(value: unknown): boolean {
  // The getter refuses everything that the browser did not make as a signal; `instanceof` would refuse an iframe's.
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted');
  try {
    return typeof aborted?.get?.call(value) === 'boolean';
  } catch {
    return false;
  }
}

/**
 * Reads every option once and checks it, so that nothing the caller changes afterwards matters.
 *
 * @param call - for messages: whose options these are
 * @param options - what the caller passed
 * @param kinds - the options that there are
 * @returns a copy with the options that were given
 * @throws RerankError `invalid-input` for anything but an object, an unknown name (a typo would be ignored in silence),
 *   or the first option of another kind
 */
export function readOptions<Options extends object>(
  call: string,
  options: Options,
  kinds: Kinds<Options>,
): Options {
  const what = `The options of ${call}`;
  if (typeof options !== 'object' || options === null || isArray(options)) fail(what, options, 'an object');
  const names = Object.keys(kinds);
  const unknown = guard(what, () => Object.keys(options)).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `${call} has no option ${quote(unknown)}; it has ${names.join(', ')}.`;
    throw new RerankError('invalid-input', message);
  }
  const read = {} as Options; // all options are optional; those that were given are filled in below
  for (const name of names as (keyof Options & string)[]) {
    const value = guard(name, () => options[name]);
    if (value === undefined) continue;
    if (!kinds[name].is(value)) fail(name, value, kinds[name].expected);
    read[name] = value;
  }
  return read;
}

/** Runs code of the caller's own (a getter, a proxy). @throws RerankError `invalid-input` with what it threw as the cause */
export function guard<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new RerankError('invalid-input', `${what} could not be read: it threw an error (see cause).`, {
      cause,
    });
  }
}

/** Whether a value is an array; one that was revoked is none. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Refuses a value. @throws RerankError `invalid-input` that says what a value is and what was expected */
export function fail(what: string, value: unknown, expected: string): never {
  throw new RerankError('invalid-input', `${what} is ${describe(value)}; expected ${expected}.`);
}

/** A value in words, whatever it is; never runs code of the value's. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return isArray(value) ? 'an array' : 'an object';
}

function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}
