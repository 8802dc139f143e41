import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

// docs/errors.md is made from the doc comment of RerankErrorCode: `npm run docs:errors` writes it, `npm run check -- errors` says
// when it is stale, and both refuse a code without a cause and a cure.

const SOURCE = 'src/errors.ts';
const PAGE = 'docs/errors.md';

const [, comment = '', union = ''] =
  /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export type RerankErrorCode =([^;]*);/.exec(readFileSync(SOURCE, 'utf8')) ??
  [];
const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code ?? '');
const text = comment.replace(/^[ \t]*\* ?/gm, '');
const entries = new Map(
  [...text.matchAll(/^- `([\w-]+)`: ([^]*?)\.\s+Cure:\s+([^]*?)(?=\n- |\s*(?![^]))/gm)].map(
    ([, code = '', cause, cure]) => [
      code,
      [cause, cure].map((part = '') => part.replace(/\s+/g, ' ').trim()),
    ],
  ),
);
const wrong = [
  ...codes.filter((code) => !entries.has(code)),
  ...[...entries.keys()].filter((code) => !codes.includes(code)),
];
if (codes.length === 0 || wrong.length > 0) {
  console.error(
    `${SOURCE}: these codes have no line "- \`code\`: cause. Cure: what to do.", or the line has no code: ${wrong.join(', ')}`,
  );
  process.exit(1);
}

const upper = (sentence = '') => sentence.charAt(0).toUpperCase() + sentence.slice(1);
const rows = codes.map((code) => {
  const [cause, cure] = entries.get(code) ?? [];
  return `| \`${code}\` | ${upper(cause)}. | ${upper(cure)} |`;
});
const page = await format(
  `# Error codes

<!-- Written by npm run docs:errors from src/errors.ts: change it there. -->

Every failure is a \`RerankError\` with one of these codes, for programs, and a message that says what was wrong, what was expected and what to
do. A cancelled call rejects with an \`AbortError\` instead. \`RerankError.is(error)\` tells the two apart; see [lifecycle](guides/lifecycle.md).

| code | cause | cure |
|---|---|---|
${rows.join('\n')}
`,
  { parser: 'markdown', printWidth: 110 },
);

if (process.argv.includes('--write')) {
  writeFileSync(PAGE, page);
  console.log(`${PAGE}: ${codes.length} codes`);
} else {
  let kept = '';
  try {
    kept = readFileSync(PAGE, 'utf8');
  } catch {
    // it is not there yet, which is stale too
  }
  if (kept !== page) console.error(`${PAGE} is stale: npm run docs:errors`);
  else console.log(`${PAGE}: ${codes.length} codes, up to date`);
  process.exitCode = kept === page ? 0 : 1;
}
