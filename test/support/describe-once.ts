/**
 * For suites that run once per database: the tests that need no database, or a certain one. Two runs share the databases, and only the run
 * with PostgreSQL has these tests.
 */
import { describe, test } from 'vitest';
import { databaseKinds } from './databases.ts';

const isTheRun = databaseKinds.includes('PostgreSQL');

export function describeOnce(name: string, tests: () => void): void {
  if (isTheRun) describe(name, tests);
}

export function testOnce(name: string, run: () => void | Promise<void>, timeoutMs?: number): void {
  if (isTheRun) test(name, run, timeoutMs);
}
