/** Set-ups and changes of accounts after each result of their tasks, including results that no request can cause at will. */
import { describe, expect, test } from 'vitest';
import type { MachineEvent } from '../../machines/workflow.ts';
import { awaitedTasks, type Session, statePath, type Task } from '../../src/engine/session.ts';
import { type Input, startSession, step } from '../../src/engine/steps/step.ts';
import { isLasting } from '../../src/engine/tasks/retry-policy.ts';
import { seed, workflowNamed } from '../support/workflows.ts';

const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };
const t0 = Date.UTC(2026, 0, 1);
const end = t0 + seed.sessionLifetimeMs;

/** The one task that the machine waits for. */
const awaited = ({ tasks }: Session): Task => tasks.find(({ detached }) => !detached) ?? expect.fail('Nothing is waited for');
const done = (outcome: string) => (session: Session) =>
  ({ kind: 'task-done', generation: awaited(session).generation, output: { outcome } }) as const;
const failed = (session: Session) => ({ kind: 'task-failed', generation: awaited(session).generation, reason: 'no database' }) as const;
const event =
  (type: string, payload: object = {}) =>
  () =>
    ({ kind: 'event', event: { ...payload, type } }) as const;
const time = () => ({ kind: 'time' }) as const;

const setUp = { name: 'account-setup', opening: null, steps: [done('verified'), event('CONTINUE_WITHOUT_PHONE'), event('SKIP_LINK')] };
const request = (kind: string) => ({ type: 'REQUEST_CHANGE', kind, channel: 'sms' });
const correctCode = event('SUBMIT_CODE', { correct: true });

interface Way {
  readonly name: string;
  readonly opening: MachineEvent | null;
  readonly steps: readonly ((session: Session) => Input)[];
}

const ways: readonly (Way & { making: string; made: [outcome: string, state: string] })[] = [
  { ...setUp, making: 'creatingAccount', made: ['created', 'complete'] },
  { name: 'account-change', opening: request('password'), steps: [correctCode], making: 'applying', made: ['applied', 'applied'] },
  {
    name: 'account-change',
    opening: request('email'),
    steps: [correctCode, done('verified')],
    making: 'applying',
    made: ['applied', 'applied'],
  },
];

function gone({ name, opening, steps }: Way, at: number): Session {
  const workflow = workflowNamed(name);
  let { session } = startSession(workflow, blank, opening, t0);
  for (const next of steps) session = step(workflow, session, next(session), at).session;
  return session;
}

describe.each(ways)('$name in $making, after $opening', ({ making, made: [outcome, state], ...way }) => {
  const workflow = workflowNamed(way.name);
  const take = (session: Session, input: Input, at: number) => step(workflow, session, input, at);

  test('is neither cancelled nor abandoned', () => {
    const session = gone(way, t0 + 1);
    expect([statePath(session.value), take(session, event('CANCEL')(), end - 1).rejection]).toEqual([making, { kind: 'not-accepted' }]);
    const overdue = take(session, time(), end).session;
    expect([statePath(overdue.value), overdue.status]).toEqual([making, 'active']);
    expect(statePath(take(overdue, done(outcome)(overdue), end + 5).session.value)).toBe(state);
  });

  test('is repeated until it is done', () => {
    expect(isLasting(awaited(gone(way, t0 + 1)), undefined)).toBe(true);
  });
});

describe.each([
  ['account-setup', 'taken', 'abandoned'],
  ['account-setup', 'link-taken', 'abandoned'],
  ['account-change', 'taken', 'denied'],
  ['account-change', 'superseded', 'denied'],
])('%s: an attempt that ran out of time, and then turns out to be %s', (name, outcome, state) => {
  test('leads to one end, and no session waits for ever', () => {
    const way = ways.find((each) => each.name === name) as Way;
    const workflow = workflowNamed(name);
    const overdue = step(workflow, gone(way, t0 + 1), time(), end).session;
    expect(overdue.timers).toEqual([]);
    const { session } = step(workflow, overdue, done(outcome)(overdue), end + 5);
    expect([statePath(session.value), session.status, awaitedTasks(session), session.timers]).toEqual([state, 'done', [], []]);
  });
});

test('an address that was taken meanwhile leads a set-up back to the verification of another one, each time', () => {
  const workflow = workflowNamed('account-setup');
  let session = gone(setUp, t0 + 1);
  for (let round = 0; round < 3; round += 1) {
    session = step(workflow, session, done('taken')(session), t0 + 2).session;
    expect([awaited(session).src, awaited(session).child]).toEqual(['email-verification', null]);
    for (const next of setUp.steps) session = step(workflow, session, next(session), t0 + 3).session;
  }
});

test.each(['taken', 'superseded'])('a change that was outrun (%s) is denied, and nobody is told of it', (outcome) => {
  const workflow = workflowNamed('account-change');
  const session = gone(ways[2] as Way, t0 + 1);
  const outrun = step(workflow, session, done(outcome)(session), t0 + 2).session;
  expect([statePath(outrun.value), outrun.tasks.filter(({ src }) => src === 'notifyOwner')]).toEqual(['denied', []]);
});

test.each(['account-setup', 'account-change'])('%s ends when its child cannot be started', (name) => {
  const way = ways.find((each) => each.name === name && each.steps.length > 1) as Way;
  const workflow = workflowNamed(name);
  const session = gone({ ...way, steps: name === 'account-setup' ? [] : way.steps.slice(0, 1) }, t0 + 1);
  expect(statePath(step(workflow, session, failed(session), t0 + 2).session.value)).toBe('abandoned');
  if (name !== 'account-setup') return;
  const second = step(workflow, session, done('verified')(session), t0 + 2).session;
  expect(statePath(step(workflow, second, failed(second), t0 + 3).session.value)).toBe('abandoned');
});

test.each(['cancelled', 'abandoned'])('a child that was %s ends what waited for it', (outcome) => {
  for (const way of [ways[0], ways[2]] as Way[]) {
    const session = gone({ ...way, steps: way.name === 'account-setup' ? [] : way.steps.slice(0, 1) }, t0 + 1);
    const workflow = workflowNamed(way.name);
    expect(statePath(step(workflow, session, done(outcome)(session), t0 + 2).session.value)).toBe('cancelled');
  }
});

describe('a set-up of an older version', () => {
  const workflow = workflowNamed('account-setup');
  const granted = event('PROVIDER_RETURNED', { answer: 'granted' });
  const toProvider = [done('verified'), event('CONTINUE_WITHOUT_PHONE'), event('LINK_ACCOUNT')];
  const toExchange = [...toProvider, granted, event('CONFIRM_LINK', { correct: true })];
  /** As version 2 stored it. */
  const former = ({ context: { atProvider = null, ...context }, ...session }: Session): Session => ({
    ...session,
    context: { ...context, away: atProvider },
  });
  function migrated(version: number, session: Session): Session {
    const migrate = workflow.migrations?.[version] ?? expect.fail('There is no migration');
    const { tasks, ...rest } = migrate(session);
    return { ...session, ...rest, tasks: session.tasks.filter(({ id }) => tasks.some((task) => task.id === id)) };
  }

  test.each([
    ['verifying its address', []],
    ['at the provider', toProvider],
    ['confirming its link', toExchange.slice(0, -1)],
    ['exchanging its grant', toExchange],
    ['creating its account', setUp.steps],
  ])('is of this version as it is, %s', (_, steps) => {
    const session = gone({ ...setUp, steps }, t0 + 1);
    expect(former(session).context).not.toEqual(session.context);
    expect(migrated(2, former(session))).toEqual(session);
    expect(migrated(3, session)).toEqual(session);
  });

  test('shows the address of the provider while the person is there, and goes on from there', () => {
    const session = migrated(2, former(gone({ ...setUp, steps: toProvider }, t0 + 1)));
    const authorizationUrl = 'https://provider.example/authorize';
    const view = ({ context }: Session) =>
      workflow.view.of({ context, masked: { authorizationUrl }, viewer: 'holder' })['authorizationUrl'];
    const returned = step(workflow, session, granted(), t0 + 2).session;
    expect([view(session), statePath(returned.value), view(returned)]).toEqual([authorizationUrl, 'confirmingLink', null]);
  });

  test('that exchanged an unconfirmed grant in version 1 has to link again', () => {
    const exchanging = gone({ ...setUp, steps: toExchange }, t0 + 1);
    expect([statePath(exchanging.value), awaited(exchanging).src]).toEqual(['exchangingGrant', 'exchangeGrant']);
    const linking = migrated(1, ofVersion1(exchanging));
    expect([linking.value, linking.tasks.filter(({ detached }) => !detached), linking.context]).toEqual([
      'linking',
      [],
      { ...exchanging.context, wrongLinkValues: 0, linkFailure: 'unconfirmed' },
    ]);
    expect(linking.timers).toEqual(exchanging.timers);
    const atProvider = gone({ ...setUp, steps: toProvider }, t0 + 1);
    expect(migrated(1, ofVersion1(atProvider))).toEqual(atProvider);
  });

  function ofVersion1(session: Session): Session {
    const { wrongLinkValues: _, ...context } = former(session).context;
    return { ...session, context };
  }
});

test.each([15, 17, 20, 61, 1439, 1440])('access granted for %i minutes lasts exactly that long', (minutes) => {
  const support = workflowNamed('support-access');
  const { session } = startSession(support, blank, null, t0);
  const granted = step(support, session, { kind: 'event', event: { type: 'GRANT', minutes } }, t0 + 5).session;
  expect(granted.timers.map(({ delay, dueAt }) => [delay, dueAt])).toEqual([['timeGranted', t0 + 5 + minutes * 60_000]]);
});
