/** A wait for an answer fails if it is in vain, so that no drive goes on with a session that is not ready. */
import { expect, test } from 'vitest';
import { onceIs, until } from '../../src/testing/drive/settled-answer.ts';

const answered = (state: string) => ({ status: 200, headers: new Headers(), body: { state } });

test('a wait in vain fails, and names its aim', async () => {
  await expect(
    until(
      () => 'message',
      async () => false,
      0,
    ),
  ).rejects.toThrow('After 0 s there is still no message');
});

test('an answer is looked at again until the session is as wanted', async () => {
  const looks = ['delivering', 'cooldown'].map(answered);
  const seen = await onceIs(
    ({ state }) => state === 'cooldown',
    answered('delivering'),
    async () => looks.shift() ?? answered('missed'),
  );
  expect(seen.body.state).toBe('cooldown');
});
