/** Installs the packages of a new project. */
import { spawnSync } from 'node:child_process';

/** @returns true if npm has succeeded; it prints its own errors */
export function install(folder: string): boolean {
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const;
  return spawnSync('npm', ['install', '--no-audit', '--no-fund'], options).status === 0;
}
