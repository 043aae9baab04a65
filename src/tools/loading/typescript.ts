/** TypeScript of authors: Node.js 22.18 and newer run it, older versions with the package tsx. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { packageFile, sourceEnding } from '../../service/own-package.ts';
import { Mistake } from '../mistake.ts';

export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

/** True if this process runs TypeScript already: natively, or through the loader that runs this file. */
export function runsTypeScript(): boolean {
  const features: object = process.features;
  return ('typescript' in features && features.typescript !== false) || sourceEnding === 'ts';
}

/** @returns the path of an entry of tsx, from the author's project or from this package; null if tsx is not installed */
export function findTsx(entry: 'esm/api' | 'cjs/api', folder: string): string | null {
  for (const place of [join(resolve(folder), 'package.json'), packageFile]) {
    try {
      const manifest = createRequire(place).resolve('tsx/package.json');
      const { exports }: { readonly exports: TsxExports } = JSON.parse(readFileSync(manifest, 'utf8'));
      return join(dirname(manifest), exports[`./${entry}`].import.default);
    } catch {
      // The next place may have it.
    }
  }
  return null;
}

type TsxExports = Readonly<Record<'./esm/api' | './cjs/api', { readonly import: { readonly default: string } }>>;

export function noTypeScript(path: string): Mistake {
  return new Mistake(
    `Node.js ${process.versions.node} runs no TypeScript, such as ${path}: npm install --save-dev tsx, use Node.js 22.18 or newer, or name compiled JavaScript`,
  );
}
