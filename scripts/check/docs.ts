import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';

// Every symbol that a file of src exports has a doc comment; what the package's entry points export has one on
// each of its members too.

const ENTRY_POINTS = /^src\/(index|(evaluation|search|vite)\/index|adapters\/[^/]+)\.ts$/;
const NOT_CHECKED = /\.test\.ts$|^src\/testing\//;

const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
const config = ts.getParsedCommandLineOfConfigFile('tsconfig.build.json', {}, host);
if (!config || !existsSync('src')) throw new Error('tsconfig.build.json or src is missing');
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();

/** Where a symbol stands, as `file:line name`. */
function place(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.[0];
  if (!declaration) return symbol.name;
  const file = declaration.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
  return `${relative('.', file.fileName)}:${line} ${symbol.name}`;
}

/** Whether a symbol is declared in this repository's src. */
function isOurs(symbol: ts.Symbol): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  return file !== undefined && relative('.', file).startsWith('src/');
}

/** Whether a symbol has a doc comment of its own or an inherited one. */
function isDocumented(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}

/** A symbol itself, or what it stands for when it is an import or a re-export. */
function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The public members of a class or interface, its constructor, private and inherited foreign ones excepted. */
function members(symbol: ts.Symbol): ts.Symbol[] {
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).filter((member) => {
    const declaration = member.declarations?.[0];
    if (!declaration || !isOurs(member)) return false;
    const name = ts.getNameOfDeclaration(declaration);
    if (name && ts.isPrivateIdentifier(name)) return false;
    return (ts.getCombinedModifierFlags(declaration) & hidden) === 0;
  });
}

const missing = new Set<string>();
let checked = 0;
for (const file of program.getSourceFiles()) {
  const path = relative('.', file.fileName);
  if (!path.startsWith('src/') || NOT_CHECKED.test(path)) continue;
  const module = checker.getSymbolAtLocation(file);
  for (const symbol of module ? checker.getExportsOfModule(module).map(original) : []) {
    if (!isOurs(symbol)) continue;
    const all = ENTRY_POINTS.test(path) ? [symbol, ...members(symbol)] : [symbol];
    checked += all.length;
    for (const one of all) if (!isDocumented(one)) missing.add(place(one));
  }
}
for (const line of missing) console.error(`${line} has no doc comment`);
console.log(`${checked} exported symbols and members, ${missing.size} undocumented`);
process.exitCode = missing.size > 0 || checked === 0 ? 1 : 0;
