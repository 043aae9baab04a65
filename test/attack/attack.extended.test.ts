/**
 * Attacks and their outcomes: over HTTP, on both databases, and on PostgreSQL through two processes. The titles of the tests are the list:
 * `npx vitest run test/attack --reporter=tree`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnce } from '../support/describe-once.ts';
import { quickDatabase } from '../support/service.ts';
import { accessing } from './access.ts';
import { changing } from './changes.ts';
import { credentials } from './credentials.ts';
import { crossSession } from './cross-session.ts';
import { guessing } from './guessing.ts';
import { settingUp } from './set-ups.ts';
import { Target } from './target.ts';

const attacks = {
  'guesses at codes': guessing,
  'values of other sessions': crossSession,
  'passwords and devices': credentials,
  'accounts that are being set up': settingUp,
  'accounts that are being changed': changing,
  'the tokens of a login': accessing,
};

describe.each([quickDatabase])('on %s', (kind) => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.open(kind);
  });
  afterAll(() => target.close());

  describe.each(Object.entries(attacks))('%s', (_, cases) => {
    test.each(cases.map(({ attack, outcome, run }) => [attack, outcome, run] as const))('%s: %s', (_attack, _outcome, run) => run(target));
  });
});

testOnce('there are at least forty attacks, each with its own name', () => {
  const names = Object.values(attacks).flatMap((cases) => cases.map(({ attack }) => attack));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(40);
});
