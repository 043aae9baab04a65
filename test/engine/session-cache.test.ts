/** The session cache: the latest revision of the sessions that were used last. */
import { expect, test } from 'vitest';
import { SessionCache } from '../../src/engine/sessions/session-cache.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { workflowNamed } from '../support/workflows.ts';

const blank = { id: '', keyId: 'k', sealed: null, startFingerprint: null };
const made = startSession(workflowNamed('email-verification'), blank, null, 0).session;
const session = (id: string, revision = 1) => ({ ...made, id, revision });

test('a read that returns late does not replace a later revision', () => {
  const cache = new SessionCache();
  cache.put(session('a', 3));
  cache.put(session('a', 2));
  expect(cache.get('a')?.revision).toBe(3);
  cache.put(session('a', 4));
  expect(cache.get('a')?.revision).toBe(4);
});

test('an evicted session is gone, and may be cached again at an earlier revision', () => {
  const cache = new SessionCache();
  cache.put(session('a', 3));
  cache.evict('a');
  expect(cache.get('a')).toBeNull();
  cache.put(session('a', 2));
  expect(cache.get('a')?.revision).toBe(2);
});

test('its memory is limited: the sessions stored longest ago go first', () => {
  const cache = new SessionCache();
  for (let index = 0; index < 5001; index += 1) {
    cache.put(session(String(index)));
    cache.put(session('0'));
  }
  expect([cache.get('0')?.id, cache.get('1'), cache.get('5000')?.id]).toEqual(['0', null, '5000']);
});
