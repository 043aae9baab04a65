/** The client against the service: starts, events, refusals, and streams. */
import { createClient } from 'verification-workflows/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { otherThan, quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { problemOf } from './problem-of.ts';

describe('a session', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    await service.client.freeze();
  });
  afterAll(() => service.remove());

  let addresses = 0;
  const address = () => `client${++addresses}@example.com`;
  const clientOf = () => createClient(`${service.client.url}/`);

  test('is started, refused a wrong code, and verified with the right one', async () => {
    const email = address();
    const session = await clientOf().start('email-verification', { email, device: { name: 'Kitchen phone' } });
    expect(session.current).toMatchObject({ workflow: 'email-verification', state: 'codeActive.cooldown', data: { attemptsLeft: 5 } });
    const code = await service.client.codeFor(email);

    const refusal = await problemOf(session.send('submit-code', { code: otherThan(code) }));
    expect(refusal).toMatchObject({ code: 'wrong-code', status: 422, attemptsLeft: 4, retryAfterMs: null });
    expect(refusal.session?.id).toBe(session.id);
    expect(refusal.message).toBe('Incorrect code.');
    expect(refusal.problem?.detail).toBe('Incorrect code. The session is in the state codeActive.cooldown.');
    expect(session.current.data.attemptsLeft).toBe(4);

    const verified = await session.send('submit-code', { code });
    expect(verified).toMatchObject({ status: 'done', outcome: 'verified', result: { token: expect.any(String) } });
    expect(session.current).toEqual(verified);
    const late = await problemOf(session.send('cancel'));
    expect(late).toMatchObject({ code: 'event-not-accepted', message: 'This is not possible now.' });
    expect(late.problem?.detail).toBe('The session does not accept this event in the state verified.');
    const events = (await session.history()).map(({ event, refusal: refused }) => [event, refused]);
    expect(events).toEqual([
      ['start', null],
      ['deliverCode.done', null],
      ['submit-code', 'wrong-code'],
      ['submit-code', null],
    ]);
  });

  test('tells how long a refusal lasts, by the clock of the service', async () => {
    const session = await clientOf().start('email-verification', { email: address() });
    expect(await problemOf(session.send('resend-code'))).toMatchObject({ code: 'resend-too-soon', status: 429, retryAfterMs: 90_000 });
    await service.client.clock({ advance: 'PT90S' });
    expect((await session.send('resend-code')).data.sendsLeft).toBe(3);
  });

  test('is resumed with its token, and with no other', async () => {
    const started = await clientOf().start('email-verification', { email: address() });
    const resumed = await clientOf().resume('email-verification', started.id, started.token);
    expect(resumed.current).toEqual(started.current);
    await started.send('cancel');
    expect(resumed.current.status).toBe('active');
    expect(await resumed.refresh()).toMatchObject({ status: 'done', outcome: 'cancelled' });
    expect(await problemOf(clientOf().resume('email-verification', started.id, 'another'))).toMatchObject({
      code: 'unauthenticated',
      status: 401,
    });
  });

  test('is followed to its end while the clock moves', async () => {
    const session = await clientOf().start('email-verification', { email: address() });
    const states: string[] = [];
    for await (const { state } of session.follow()) {
      states.push(state);
      expect(session.current.state).toBe(state);
      if (state === 'codeActive.cooldown') await service.client.clock({ advance: 'PT90S' });
      else if (state === 'codeActive.resendable') {
        expect(session.deadlines).toEqual({ expiresAt: { at: expect.any(Date), remainingMs: expect.closeTo(38.5 * 60_000, -3) } });
        await service.client.clock({ advance: 'PT40M' });
      } else if (state === 'expired') await session.send('cancel');
    }
    expect(states).toEqual(['codeActive.cooldown', 'codeActive.resendable', 'expired', 'cancelled']);
    expect(session.deadlines).toEqual({});
  });

  test('counts down to its deadlines by the clock of the service, whatever the local clock shows', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2001, 0, 1));
    try {
      const client = clientOf();
      const session = await client.start('email-verification', { email: address() });
      const { canResendAt, expiresAt } = session.deadlines;
      expect(canResendAt?.remainingMs).toBe(90_000);
      expect(expiresAt?.at.toISOString()).toBe(session.current.expiresAt);
      vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2001, 0, 1) + 30_000);
      expect(session.deadlines.canResendAt?.remainingMs).toBe(60_000);
      const moved = await service.client.clock({ advance: 'PT80S' });
      expect((await client.synchronise()).getTime()).toBe(moved);
      expect(session.deadlines.canResendAt?.remainingMs).toBe(10_000);
      vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2001, 0, 2));
      expect(session.deadlines.canResendAt?.remainingMs).toBe(0);
    } finally {
      vi.restoreAllMocks();
    }
  });
});
