/** A TypeScript file for the lint rules: its path, its syntax tree, and its imports. */
import { posix } from 'node:path';
import { type Program, parseSync, Visitor } from 'oxc-parser';

export interface SourceText {
  /** The path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

interface Import {
  /** The specifier as written; null if it is computed. */
  readonly specifier: string | null;
  /** The imported file, from the repository's root; null for a package, a built-in or a computed specifier. */
  readonly file: string | null;
  readonly line: number;
}

export interface ParsedFile extends SourceText {
  readonly program: Program;
  readonly imports: readonly Import[];
  /** The line, counted from 1, of an offset into the text. */
  lineAt(offset: number): number;
}

/** A broken rule. It prints as `path:line` and the fault. */
export type Violation = string;

export function violation(file: ParsedFile, offset: number, what: string): Violation {
  return `${file.path}:${file.lineAt(offset)} ${what}`;
}

/** @throws Error if the text is not TypeScript */
export function parseFile({ path, text }: SourceText): ParsedFile {
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const imports: Import[] = [];
  const found = (source: { type: string; value?: unknown; start: number } | null): void => {
    if (source === null) return;
    const specifier = typeof source.value === 'string' ? source.value : null;
    const file = specifier?.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
    imports.push({ specifier, file, line: lineAt(source.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => found(node.source),
    ExportNamedDeclaration: (node) => found(node.source),
    ExportAllDeclaration: (node) => found(node.source),
    ImportExpression: (node) => found(node.source),
    TSImportType: (node) => found(node.source),
  }).visit(program);
  return { path, text, program, imports, lineAt };
}
