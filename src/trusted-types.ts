import { RerankError } from './errors.js';

/** The policy that a page's directive `trusted-types` must allow. */
export const POLICY_NAME = 'browser-reranker';

/** What is used of the Trusted Types API; TypeScript's library does not have it yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy;
}

/** Makes URLs that `new Worker` takes where the page asks for trusted ones. */
interface ScriptUrlPolicy {
  createScriptURL(url: string): string; // an object, which TypeScript's `Worker` knows as a string
}

/** Kept, since a page may forbid making it twice; undefined until it is asked for. */
let policy: { made: ScriptUrlPolicy | undefined; refusal?: unknown } | undefined;

function findPolicy(): NonNullable<typeof policy> {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  try {
    return { made: trustedTypes?.createPolicy(POLICY_NAME, { createScriptURL: (url) => url }) };
  } catch (refusal) {
    return { made: undefined, refusal };
  }
}

/** `Worker` with every URL trusted, for code that is not ours to change; undefined where none is needed or allowed. */
export function trustingWorker(): typeof Worker | undefined {
  const { made } = (policy ??= findPolicy());
  if (!made) return undefined;
  return new Proxy(Worker, {
    construct: (target, [url, options]: ConstructorParameters<typeof Worker>) =>
      new target(made.createScriptURL(String(url)), options),
  });
}

/**
 * Runs `start`, with the URL of the worker it makes trusted by this package's policy where the browser has Trusted Types.
 * Bundlers find workers by the literal `new Worker(new URL(…))` only, which leaves no place for a policy: the name `Worker`
 * is lent for the length of this call, in which nothing else runs.
 *
 * @param start - makes a worker of this package's own, with a URL that no caller has a say in
 * @throws RerankError `unsupported-environment` where the page asks for Trusted Types and does not allow the policy
 */
export function startTrusted(start: () => Worker): Worker {
  const trusting = trustingWorker();
  const original = globalThis.Worker;
  try {
    if (trusting) globalThis.Worker = trusting;
    return start();
  } catch (cause) {
    if (policy?.refusal === undefined) throw cause;
    throw new RerankError(
      'unsupported-environment',
      `The page's Content-Security-Policy does not let this package start its worker (${String(cause)}). Add ` +
        `${POLICY_NAME} to its directive trusted-types, or pass createWorker with a policy of your own.`,
      { cause },
    );
  } finally {
    if (trusting) globalThis.Worker = original;
  }
}
