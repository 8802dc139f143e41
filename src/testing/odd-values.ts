const TRAPS = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;

/** An object that throws whatever is asked of it. */
function thrower(): object {
  const handler: ProxyHandler<object> = {};
  for (const trap of TRAPS) {
    handler[trap] = (): never => {
      throw new EvalError(`trap ${trap}`);
    };
  }
  return new Proxy({}, handler);
}

/** A proxy that was revoked: even `Array.isArray` throws. */
function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Makers of values that nobody should pass in; each makes a fresh one. */
export const ODD_VALUES: readonly (() => unknown)[] = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    1.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 31,
    2 ** 53,
    1e300,
    5e-324,
  ],
  ...['', 'auto', ' ', '1', 'NaN', '\ud800', '\0', 'x'.repeat(900), '__proto__', 'constructor'],
  ...[
    'http://',
    '//',
    '/a/%zz/',
    'huggingface.co',
    'javascript:alert(1)',
    'data:,',
    '../'.repeat(50),
    'C:\\models',
  ],
  ...[0n, 10n ** 30n, Symbol('s'), Symbol.iterator],
].map((value) => () => value);

/** Makers of odd objects, arrays and functions. */
export const ODD_OBJECTS: readonly (() => unknown)[] = [
  () => ({}),
  () => Object.create(null) as object,
  () => Object.freeze({ text: 'frozen' }),
  () => ({ text: 3 }),
  () => ({ text: { text: 'x' } }),
  () => ({ toString: null, valueOf: null, toJSON: null }),
  () => ({ aborted: true, reason: 'x' }),
  () => Object.create(AbortSignal.prototype) as object,
  () => [],
  () => new Array<unknown>(3),
  () => ['a', 'b'],
  () => [['q', 'p']],
  () => Object.assign([], { 2: 'a' }),
  () => new Date(NaN),
  () => new Map([['topK', 3]]),
  () => new Proxy(['a'], {}),
  () => revoked({}),
  () => revoked([]),
  () => thrower(),
  () => new Number(3),
  () => new String('text'),
  () => new Float32Array(2),
  () => /x/,
  () => new URL('https://example.com/'),
  () => Promise.resolve('late'),
  () => () => undefined,
  () => Date,
  () => globalThis,
  () => ({
    get text(): string {
      throw new EvalError('getter');
    },
  }),
  () => {
    const circle: Record<string, unknown> = {};
    return Object.assign(circle, { circle });
  },
];
