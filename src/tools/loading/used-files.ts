/** The files and folders from which this process has loaded workflows. `dev` watches them. */
import { fileURLToPath } from 'node:url';
import { isOwn } from '../../service/own-package.ts';

const used = new Set<string>();

/** @param place the absolute path of a file or a folder */
export function noteUse(place: string): void {
  used.add(place);
}

/** @param url of an import. Files of packages do not change while an author works */
export function noteImport(url: string): void {
  if (!url.startsWith('file:')) return;
  const path = fileURLToPath(url.split(/[?#]/, 1)[0] ?? url);
  if (!path.includes('node_modules') && !isOwn(path)) used.add(path);
}

export function usedFiles(): string[] {
  return [...used];
}
