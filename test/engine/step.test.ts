/** The step as a pure function: to the millisecond, late or on time, across any number of round trips through JSON. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Session, statePath } from '../../src/engine/session.ts';
import { acceptedEvents, type Input, type Step, startSession, step } from '../../src/engine/steps/step.ts';
import { seed, workflowNamed } from '../support/workflows.ts';

const workflow = workflowNamed('email-verification');
const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };
const t0 = Date.UTC(2026, 0, 1);

const event = (type: string, payload: Record<string, boolean> = {}): Input => ({ kind: 'event', event: { ...payload, type } });
const wrong = event('SUBMIT_CODE', { correct: false });
const right = event('SUBMIT_CODE', { correct: true });
const time: Input = { kind: 'time' };

function start(): Session {
  return startSession(workflow, blank, null, t0).session;
}

function delivered(session: Session, at: number): Session {
  return step(workflow, session, { kind: 'task-done', generation: session.generations, output: null }, at).session;
}

function take(session: Session, input: Input, at: number): Step {
  return step(workflow, session, input, at);
}

const code = (taken: Step): string | null => (taken.rejection?.kind === 'refused' ? taken.rejection.code : (taken.rejection?.kind ?? null));
const path = ({ session }: { session: Session }): string => statePath(session.value);

describe('a code', () => {
  test('is accepted a millisecond before its 40 minutes are over', () => {
    expect(path(take(delivered(start(), t0), right, t0 + seed.codeLifetimeMs - 1))).toBe('verified');
  });

  test('has expired when its 40 minutes are over', () => {
    const late = take(delivered(start(), t0), right, t0 + seed.codeLifetimeMs);
    expect([path(late), code(late)]).toEqual(['expired', 'code-expired']);
  });

  test('lives from its first send, however often it is sent again', () => {
    const resent = take(delivered(start(), t0), event('RESEND_CODE'), t0 + seed.setUpResendCooldownMs).session;
    expect(path(take(resent, right, t0 + seed.codeLifetimeMs))).toBe('expired');
  });

  test('is locked by the fifth wrong guess, and the sixth is not evaluated', () => {
    let session = delivered(start(), t0);
    const answers = Array.from({ length: 6 }, () => {
      const taken = take(session, wrong, t0 + 1000);
      session = taken.session;
      return code(taken);
    });
    expect(answers).toEqual([...Array<string>(5).fill('wrong-code'), 'too-many-attempts']);
    expect(session.context['wrongGuesses']).toBe(5);
    expect(code(take(session, right, t0 + 2000))).toBe('too-many-attempts');
  });

  test('can be entered while its message is still being sent', () => {
    expect(path(take(start(), right, t0 + 1))).toBe('verified');
  });

  test('of the next number has its own counters and window', () => {
    const expired = take(delivered(start(), t0), time, t0 + seed.codeLifetimeMs).session;
    const at = t0 + seed.codeLifetimeMs + 5;
    const next = take(expired, event('REQUEST_NEW_CODE'), at).session;
    expect(next.context).toEqual({ codesIssued: 2, sendsOfCode: 1, wrongGuesses: 0, deliveryFailure: null });
    expect(next.timers.find((timer) => timer.delay === 'codeLifetime')?.dueAt).toBe(at + seed.codeLifetimeMs);
  });
});

describe('a resend', () => {
  test('is refused a millisecond before the cool-down ends, with the time of its end', () => {
    const before = delivered(start(), t0);
    const early = take(before, event('RESEND_CODE'), t0 + seed.setUpResendCooldownMs - 1);
    expect(early.rejection).toEqual({ kind: 'refused', code: 'resend-too-soon', until: t0 + seed.setUpResendCooldownMs });
    expect(early.session).toBe(before);
  });

  test('is accepted when the cool-down ends', () => {
    const resent = take(delivered(start(), t0), event('RESEND_CODE'), t0 + seed.setUpResendCooldownMs);
    expect([path(resent), resent.session.context['codesIssued'], resent.session.context['sendsOfCode']]).toEqual([
      'codeActive.delivering',
      1,
      2,
    ]);
  });

  test('during a delivery waits at least as long as delivery and cool-down can take', () => {
    const early = take(start(), event('RESEND_CODE'), t0);
    expect(early.rejection?.kind === 'refused' && (early.rejection.until ?? 0)).toBeGreaterThan(t0 + seed.setUpResendCooldownMs);
  });
});

describe('a change of address', () => {
  test('starts a new code and a new window, and drops the delivery of the old code', () => {
    const before = start();
    const changed = take(before, event('CHANGE_EMAIL', { changed: true }), t0 + 10).session;
    expect(changed.context['codesIssued']).toBe(2);
    expect(changed.tasks.map((task) => task.generation)).toEqual([2]);
    const stale = step(workflow, changed, { kind: 'task-done', generation: 1, output: null }, t0 + 20);
    expect(stale.session).toBe(changed);
  });

  test('is refused when the session has issued all its codes', () => {
    let session = start();
    for (let change = 1; change < seed.codesPerSession; change += 1)
      session = take(session, event('CHANGE_EMAIL', { changed: true }), t0).session;
    const refused = take(session, event('CHANGE_EMAIL', { changed: true }), t0);
    expect(refused.rejection).toEqual({ kind: 'refused', code: 'code-limit', until: t0 + seed.sessionLifetimeMs });
  });
});

test('an ended session waits for nothing and accepts nothing', () => {
  const { session } = take(delivered(start(), t0), right, t0 + 1);
  expect([session.status, session.timers, session.tasks, session.endedAt]).toEqual(['done', [], [], t0 + 1]);
  expect(take(session, event('CANCEL'), t0 + 2).rejection).toEqual({ kind: 'not-accepted' });
  expect(acceptedEvents(workflow, session)).toEqual([]);
});

test('time within a session never goes back', () => {
  const session = delivered(start(), t0 + 5000);
  expect(take(session, right, t0).session.updatedAt).toBe(t0 + 5000);
});

/** Any event of a session, and the pause before it. */
const happening = fc.record({
  afterMs: fc.oneof(fc.constantFrom(0, 1, 89_999, 90_000, 2_399_999, 2_400_000, 86_400_000), fc.integer({ min: 0, max: 3_000_000 })),
  input: fc.oneof(
    fc.constantFrom<Input>(wrong, right, time, event('RESEND_CODE'), event('REQUEST_NEW_CODE'), event('CANCEL'), event('NO_SUCH_EVENT')),
    fc.constantFrom<Input>(event('CHANGE_EMAIL', { changed: true }), event('CHANGE_EMAIL', { changed: false })),
    fc.integer({ min: 1, max: 12 }).map<Input>((generation) => ({ kind: 'task-done', generation, output: null })),
    fc.integer({ min: 1, max: 12 }).map<Input>((generation) => ({ kind: 'task-failed', generation, reason: 'down' })),
  ),
});
const story = fc.array(happening, { maxLength: 40 });

function play(steps: readonly { afterMs: number; input: Input }[], between: (session: Session, at: number) => Session) {
  let session = start();
  let at = t0;
  const rejections: (string | null)[] = [];
  for (const { afterMs, input } of steps) {
    at += afterMs;
    const taken = take(between(session, at), input, at);
    session = taken.session;
    rejections.push(code(taken));
  }
  return { session, rejections };
}

test('a round trip through JSON between every two steps changes nothing', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const plain = play(steps, (session) => session);
      const stored = play(steps, (session) => JSON.parse(JSON.stringify(session)) as Session);
      expect(stored).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});

test('a timer that fires late leaves the same session as one that fired on time', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const late = play(steps, (session) => session);
      const onTime = play(steps, (session, at) => {
        let current = session;
        for (
          let due = Math.min(...current.timers.map((timer) => timer.dueAt));
          due <= at;
          due = Math.min(...current.timers.map((timer) => timer.dueAt))
        ) {
          current = take(current, time, due).session;
        }
        return current;
      });
      expect(late).toEqual(onTime);
    }),
    { numRuns: 300 },
  );
});

test('no sequence of events gets more guesses, sends or codes than the policy allows', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const { session } = play(steps, (current) => {
        expect(current.context['wrongGuesses']).toBeLessThanOrEqual(seed.guessesPerCode);
        expect(current.context['sendsOfCode']).toBeLessThanOrEqual(seed.sendsPerCode);
        expect(current.context['codesIssued']).toBeLessThanOrEqual(seed.codesPerSession);
        return current;
      });
      expect(session.tasks.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});
