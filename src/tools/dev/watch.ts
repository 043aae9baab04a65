/**
 * Waits for a change of files. Modification times are read a few times a second: notifications of the system miss changes in mounted folders,
 * and differ between systems.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

/** Short enough to feel immediate, long enough to cost nothing. */
const pauseMs = 250;

/** Folders whose files an author does not write by hand. */
const skipped = /^(?:\..*|node_modules|diagrams|data|dist|coverage)$/;

export type Marks = ReadonlyMap<string, string>;

/** @returns the modification marks of files, and of the scripts in folders. A missing file has no mark */
export function marksOf(places: readonly string[]): Marks {
  const marks = new Map<string, string>();
  const add = (path: string, isPlace: boolean): void => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      for (const name of readdirSync(path)) if (!skipped.test(name)) add(join(path, name), false);
    } else if (found !== undefined && (isPlace || isScript(path))) marks.set(path, `${found.mtimeMs} ${found.size}`);
  };
  for (const place of places) add(place, true);
  return marks;
}

function isScript(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !/\.(?:test|spec)\.[^.]+$/.test(path);
}

/**
 * Waits until a file differs from its mark, and until no file changes any more: editors write in several steps.
 * @returns the paths that differ; none if the signal ends the wait
 */
export async function changeFrom(before: Marks, places: readonly string[], signal: AbortSignal): Promise<string[]> {
  let last = before;
  let changed: string[] = [];
  while (!signal.aborted) {
    await after(pauseMs, undefined, { signal }).catch(() => {});
    const now = marksOf(places);
    if (changed.length > 0 && differences(last, now).length === 0) return changed;
    changed = differences(before, now);
    last = now;
  }
  return [];
}

function differences(before: Marks, now: Marks): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
}
