/** The findings about the computer: Node.js, and the packages that authors need. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { packageFile } from '../../service/own-package.ts';
import { findTsx, runsTypeScript } from '../loading/typescript.ts';
import { error, type Finding, ok, warning } from './finding.ts';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

export function nodeFinding(version = process.versions.node, own: Manifest = ownManifest()): Finding {
  const { node } = own.engines;
  return satisfies(version, node)
    ? ok(`Node.js ${version}, verification-workflows ${own.version}`)
    : error(`Node.js ${version} does not run verification-workflows ${own.version}: install one of ${node}`);
}

function ownManifest(): Manifest {
  return JSON.parse(readFileSync(packageFile, 'utf8'));
}

/** Compares a version with alternatives such as `^20.19.0 || >=22.12.0`. */
function satisfies(version: string, range: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return range.split('||').some((alternative) => {
    const [, sign, ...numbers] = /(\^|>=)(\d+)\.(\d+)\.(\d+)/.exec(alternative) ?? [];
    const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbers.map(Number);
    if (sign === '^' && major !== wantedMajor) return false;
    const [first = 0] = [major - wantedMajor, minor - wantedMinor, patch - wantedPatch].filter((difference) => difference !== 0);
    return sign !== undefined && first >= 0;
  });
}

const optional = { elkjs: 'diagrams', 'json-schema-to-typescript': 'client' };

/** @param folder of the project */
export function packageFindings(folder: string): Finding[] {
  return [
    ...Object.entries(optional).map(([name, command]) =>
      isInstalled(name) ? ok(`${name} is installed`) : warning(`The command ${command} needs ${name}: npm install --save-dev ${name}`),
    ),
    runsTypeScript() || findTsx('esm/api', folder) !== null
      ? ok('TypeScript runs')
      : warning(`Node.js ${process.versions.node} runs no TypeScript: npm install --save-dev tsx, or use Node.js 22.18 or newer`),
    ...['xstate', '@sinclair/typebox'].flatMap((name) => secondCopy(name, folder)),
  ];
}

function isInstalled(name: string): boolean {
  try {
    createRequire(packageFile).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Two copies of a library don't know each other's types. */
function secondCopy(name: string, folder: string): Finding[] {
  const own = join(resolve(folder), 'node_modules', name, 'package.json');
  const [inProject, ofPackage] = [existsSync(own) ? own : null, manifestOf(name)].map((path) =>
    path === null ? null : (JSON.parse(readFileSync(path, 'utf8')).version as string),
  );
  if (inProject === null || ofPackage === null || inProject === ofPackage) return [];
  return [warning(`The project has ${name} ${inProject} beside ${ofPackage} of this package: npm uninstall ${name}`)];
}

/** The manifest of a package that this one depends on. */
function manifestOf(name: string): string | null {
  const places = createRequire(packageFile).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name, 'package.json')).find((path) => existsSync(path)) ?? null;
}
