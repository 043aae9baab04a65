/**
 * Mutants of the step function, made from its text: each comparison, condition, operator, number and boolean changed to a neighbour, and
 * each statement that only has an effect dropped.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import type { Sized } from '../model/size.ts';
import type { Mutant } from './mutant.ts';

const file = new URL('../../src/engine/steps/step.ts', import.meta.url);

const neighbours: Readonly<Record<string, string>> = {
  '<=': '<',
  '<': '<=',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
  '??': '&&',
};

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param workflows that the broken steps run */
export function stepMutants(workflows: readonly Sized[]): Mutant[] {
  const source = readFileSync(file, 'utf8');
  return editsOf(source).map((edit) => {
    const name = describeEdit(source, edit);
    const write = () => written(source.slice(0, edit.start) + edit.text + source.slice(edit.end));
    return { workflows, name, stepper: { write, load: () => import(pathToFileURL(write()).href) } };
  });
}

/** Named by the text of its line, so that the name stays the same when other lines change. */
function describeEdit(source: string, { start, end, text }: Edit): string {
  const line = source.slice(source.lastIndexOf('\n', start) + 1, source.indexOf('\n', start)).trim();
  const original = source.slice(start, end).replace(/\s+/g, ' ').slice(0, 60);
  return `step.ts, ${line}: ${original} becomes ${text === '' ? 'nothing' : text}`;
}

function editsOf(source: string): Edit[] {
  const { program } = parseSync('step.ts', source, { preserveParens: false });
  const edits: Edit[] = [];
  const replace = ({ start, end }: { start: number; end: number }, text: string) => edits.push({ start, end, text });
  const operator = (node: { operator: string; left: { end: number }; right: { start: number } }) => {
    const text = neighbours[node.operator];
    const between = source.slice(node.left.end, node.right.start);
    const at = node.left.end + between.indexOf(node.operator);
    if (text !== undefined) replace({ start: at, end: at + node.operator.length }, text);
  };
  const condition = ({ test }: { test: { start: number; end: number } | null }) => {
    if (!test) return;
    replace(test, 'true');
    replace(test, 'false');
  };
  new Visitor({
    BinaryExpression: operator as never,
    LogicalExpression: operator as never,
    IfStatement: condition,
    ConditionalExpression: condition,
    ExpressionStatement: (node) => replace(node, ''),
    Literal: (node) => {
      if (typeof node.value === 'boolean') replace(node, String(!node.value));
      if (typeof node.value === 'number') replace(node, String(node.value + 1));
    },
    MemberExpression: (node) => {
      const text = source.slice(node.start, node.end);
      if (text === 'Math.max') replace(node, 'Math.min');
      if (text.endsWith('.some')) replace(node, `${text.slice(0, -'.some'.length)}.every`);
      if (text.endsWith('.every')) replace(node, `${text.slice(0, -'.every'.length)}.some`);
    },
  }).visit(program);
  return edits;
}

let folder: string | null = null;
let files = 0;

/** Puts a module's text into its own file, from which its imports resolve. */
function written(text: string): string {
  if (folder === null) {
    folder = mkdtempSync(join(tmpdir(), 'step-mutants-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  }
  const path = join(folder, `mutant-${files++}.ts`);
  writeFileSync(
    path,
    text.replace(/from '(\.[^']+)'/g, (_, relative: string) => `from '${fileURLToPath(new URL(relative, file))}'`),
  );
  return path;
}
