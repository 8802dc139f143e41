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
 * What an error of `new Worker` means where the page asks for Trusted Types and forbids the policy.
 * @returns undefined where the policy is not to blame
 */
export function refusedPolicy(cause: unknown): RerankError | undefined {
  if (policy?.refusal === undefined) return undefined;
  return new RerankError(
    'unsupported-environment',
    `The page's Content-Security-Policy does not let this package start its worker (${String(cause)}). Add ` +
      `${POLICY_NAME} to its directive trusted-types, or pass createWorker with a policy of your own.`,
    { cause },
  );
}
