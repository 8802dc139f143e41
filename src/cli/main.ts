#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { RerankError } from '../errors.js';
import { assets, ASSETS_HELP } from './assets.js';
import { EVAL_HELP, evaluate } from './eval.js';
import { print } from './output.js';
import { pull, PULL_HELP } from './pull.js';
import { rank, RANK_HELP } from './rank.js';
import { printable } from './text.js';

const HELP = `browser-reranker COMMAND [options]

  rank    rank passages for a query        browser-reranker rank --help
  eval    judge reranking on your data     browser-reranker eval --help
  pull    download a model to serve        browser-reranker pull --help
  assets  copy what a page needs           browser-reranker assets --help

  --version   print the version
  --help      print this
`;

const COMMANDS: Readonly<Record<string, { run: (args: string[]) => Promise<string>; help: string }>> = {
  rank: { run: rank, help: RANK_HELP },
  eval: { run: evaluate, help: EVAL_HELP },
  pull: { run: pull, help: PULL_HELP },
  assets: { run: assets, help: ASSETS_HELP },
};

async function main([name = '--help', ...args]: string[]): Promise<string> {
  if (name === '--help' || name === '-h') return HELP;
  if (name === '--version') return `${readVersion()}\n`;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new RerankError('invalid-input', `There is no command "${name}".\n\n${HELP}`);
  return command.run(args);
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Wrong usage ends with 2, Ctrl-C with 130 as in a shell, any other failure with 1. */
function report(error: unknown): number {
  const usage =
    error instanceof RerankError
      ? error.code === 'invalid-input'
      : String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  const code = error instanceof RerankError ? ` (${error.code})` : '';
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`browser-reranker: ${printable(message)}${code}\n`);
  if (error instanceof Error && error.name === 'AbortError') return 130;
  return usage ? 2 : 1;
}

// Where nobody reads what is said on standard error, there is nobody to tell.
process.stderr.on('error', () => undefined);
try {
  await print(await main(process.argv.slice(2)));
  process.exit(0); // the runtime's threads would keep the process alive
} catch (error) {
  process.exit(report(error));
}
