/** Passwords take long to check, on purpose: a flood of logins is shed, and no other caller waits for it. */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tally } from '../attack/target.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';

/** More passwords than are checked and queued at once, on a machine of any size. */
const flood = 64 + availableParallelism() + 200;

let service: TestService;
beforeAll(async () => {
  service = await startTestService('PGlite', { PASSWORD_HASHING: '' });
});
afterAll(() => service.remove());

test('a flood of logins is answered or shed, and verifications continue', async () => {
  const { client } = service;
  const logins: Promise<Answer>[] = [];
  for (let n = 0; n < flood; n += 1)
    logins.push(client.post('/v1/login-verifications', { email: `flood-${n}@example.com`, password: 'nearly' }));
  const done = Promise.all(logins);
  let over = false;
  void done.then(() => {
    over = true;
  });
  const session = await client.verify('patient@example.com');
  expect((await session.submit(await client.codeFor('patient@example.com'))).body.outcome).toBe('verified');
  // All this happened while passwords were still being checked.
  expect(over).toBe(false);
  const answers = await done;
  const { '401 invalid-credentials': answered = 0, '503 unavailable': shed = 0, ...others } = tally(answers);
  expect(others).toEqual({});
  expect(answered).toBeGreaterThanOrEqual(64);
  expect(shed).toBeGreaterThan(0);
  for (const { status, headers } of answers) if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  const late = await client.post('/v1/login-verifications', { email: 'later@example.com', password: 'nearly' });
  expect(late.body.code).toBe('invalid-credentials');
});
