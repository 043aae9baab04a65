/** Imports the files of authors. An error in such a file becomes one line with its place, because its stack would show this package. */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { WorkflowRefused } from '../../engine/machines/fault.ts';
import { ModuleError } from '../../modules/module-error.ts';
import { isOwn } from '../../service/own-package.ts';
import { Mistake } from '../mistake.ts';
import { registerOwnCopy } from './own-copy.ts';
import { findTsx, isTypeScript, noTypeScript, runsTypeScript } from './typescript.ts';
import { noteUse } from './used-files.ts';

export type Exports = Readonly<Record<string, unknown>>;

/**
 * @param file an absolute path
 * @throws Mistake in one line if the file cannot be imported
 */
export async function importFile(file: string): Promise<Exports> {
  const path = shown(file);
  noteUse(file);
  if (isTypeScript(file)) await runTypeScript(path);
  registerOwnCopy();
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Mistake(lineOf(error, path), { cause: error });
  }
}

/** A path as its author would write it: relative to the working directory, unless it lies outside. */
export function shown(file: string): string {
  const path = relative('.', file);
  return path === '' ? '.' : path.startsWith('..') ? file : path;
}

let running: Promise<void> | null = null;

/** @throws Mistake if neither Node.js nor an installed package runs TypeScript */
function runTypeScript(path: string): Promise<void> {
  running ??= runsTypeScript() ? Promise.resolve() : registerTsx(path);
  return running;
}

async function registerTsx(path: string): Promise<void> {
  for (const entry of ['cjs/api', 'esm/api'] as const) {
    const found = findTsx(entry, '.');
    if (found === null) throw noTypeScript(path);
    const { register }: { readonly register: (options: object) => unknown } = await import(pathToFileURL(found).href);
    // The paths of a tsconfig are for its compiler: they could lead to another copy of this package.
    register({ tsconfig: false });
  }
}

/** @returns the error in one line: the place, the fault, and the next step where one is known */
function lineOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `${path}: it throws ${String(error)}`;
  if (error instanceof ModuleError || error instanceof WorkflowRefused) return prefixed(error.message, path);
  const code = 'code' in error ? error.code : null;
  if (code === 'MODULE_NOT_FOUND')
    return `${path}: it is run as CommonJS, in which its imports are not found: write "type": "module" into the package.json of its folder`;
  if (code === 'ERR_MODULE_NOT_FOUND') return `${placeOf(error, path)}: ${missing(error.message)}`;
  const [message = ''] = error.message.split('\n');
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `${placeOf(error, path)}: ${message}: write it as plain JavaScript with types, or compile the file`;
  // The message of tsx names the place in its second line.
  if (error.name === 'TransformError') return error.message.split('\n').slice(1).map(shortened).join(' ').trim();
  const kind = error.name === 'Error' || error.name === 'ConfigError' ? '' : `${error.name}: `;
  return `${placeOf(error, path)}: ${kind}${message}`;
}

function prefixed(lines: string, path: string): string {
  return lines
    .split('\n')
    .map((line) => `${path}: ${line}`)
    .join('\n');
}

/** @param message as Node.js writes it: Cannot find package 'x' imported from y; or module, with the path of a file */
function missing(message: string): string {
  const [, kind, name = ''] = /Cannot find (package|module) '([^']+)'/.exec(message) ?? [];
  if (kind === 'package') return `it imports '${name}', which is not installed: npm install ${packageOf(name)}`;
  const file = name.startsWith('file:') ? fileURLToPath(name) : name;
  const [ending] = ['.ts', '.js', '.mts', '.mjs', '/index.ts', '/index.js'].filter((each) => existsSync(file + each));
  const remedy = ending === undefined ? '' : `: an import names the whole file, ending in '${ending}'`;
  return file === '' ? shortened(message) : `it imports ${shown(file)}, which is not there${remedy}`;
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const place = /(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():]+\.[cm]?[jt]sx?)(?:\?[^\s:]*)?:(\d+)(?::\d+)?/g;

/** The first place in a file of the author: `workflows/booking.ts:12`. Without one, the path. */
function placeOf(error: Error, path: string): string {
  for (const [, found = '', line] of (error.stack ?? '').matchAll(place)) {
    const file = decodeURIComponent(found);
    const isForeign = file.includes('node_modules') || isOwn(file) || !existsSync(file);
    if (!isForeign) return `${shown(file)}:${line}`;
  }
  return path;
}

function shortened(text: string): string {
  return text.replaceAll(`${process.cwd()}/`, '');
}
