/** The image that the Dockerfile describes: its instructions, and a folder with its files, made without Docker. */
import { readFileSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions in order, of all stages. */
function dockerfile(): Instruction[] {
  const text = readFileSync('Dockerfile', 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  return [...text.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, name = '', rest = '']) => ({ name, rest }));
}

/** The arguments of each such instruction. */
export function said(name: string): string[] {
  return dockerfile().flatMap((instruction) => (instruction.name === name ? [instruction.rest] : []));
}

/** The words of the last `CMD [...]`, or of the command of the health check. */
export function command(of: 'CMD' | 'HEALTHCHECK'): string[] {
  return JSON.parse(/(?:^|CMD )(\[.*\])$/.exec(said(of).at(-1) ?? '')?.[1] ?? '[]');
}

/** The settings of the last stage. */
export function environment(): Record<string, string> {
  return Object.fromEntries([...(said('ENV').at(-1) ?? '').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** Files copied from the checkout, in any stage. */
export function copied(): string[] {
  return [...new Set(said('COPY').flatMap((rest) => (rest.startsWith('--from') ? [] : rest.split(' ').slice(0, -1))))];
}

/** Assembles the content of the image, read-only. @returns the packages */
export async function layOutImage(folder: string): Promise<string[]> {
  await cp('package.json', join(folder, 'package.json'));
  await cp('dist', join(folder, 'dist'), { recursive: true });
  const unread = [
    ...said('RUN')
      .join(' ')
      .matchAll(/-name '\*([^']+)'/g),
  ].map(([, ending = '']) => ending);
  const { packages }: { packages: Record<string, { dev?: boolean; devOptional?: boolean }> } = JSON.parse(
    readFileSync('package-lock.json', 'utf8'),
  );
  const installed = Object.entries(packages).flatMap(([path, { dev, devOptional }]) => (path === '' || dev || devOptional ? [] : [path]));
  for (const path of installed) await copyPackage(path, join(folder, path), unread);
  await withoutRights(folder);
  return installed;
}

/** A package without the packages inside it, which are listed themselves; null for a package of another platform. */
async function copyPackage(from: string, to: string, unread: readonly string[]): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  if (entries.length > 0) await mkdir(to, { recursive: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'node_modules') await copyPackage(source, target, unread);
    else if (entry.isFile() && !unread.some((ending) => entry.name.endsWith(ending))) await copyFile(source, target);
  }
}

async function withoutRights(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await withoutRights(join(path, entry.name));
    else await chmod(join(path, entry.name), (await stat(join(path, entry.name))).mode & 0o555);
  }
  await chmod(path, 0o555);
}
