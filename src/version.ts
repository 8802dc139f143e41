/** This package's version, and that of the runtime that it is built on; a test holds both to package.json. */
export const VERSIONS = { package: '0.2.0', runtime: '1.30.0' } as const;
