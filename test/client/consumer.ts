/** Statements of an application in TypeScript that compile, and others that its compiler refuses. Nothing here runs. */
import {
  type Client,
  createClient,
  type Deadline,
  type EventName,
  type EventOfSender,
  type EventSender,
  type HistoryEntry,
  type ProblemCode,
  type Representation,
  type Session,
  type StartBody,
  VerificationProblem,
  type WorkflowName,
} from 'verification-workflows/client';

/** Compiles when both are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_ extends true>(): void => {};

export async function verifiesAnAddress(client: Client): Promise<string | null> {
  const session = await client.start('email-verification', { email: 'jane@example.com', device: { type: 'Phone' } });
  same<Same<typeof session, Session<'email-verification'>>>();
  same<Same<typeof session.current.data.channel, 'email'>>();
  same<Same<typeof session.current.expiresAt, string | null>>();
  same<Same<typeof session.deadlines.canResendAt, Deadline | undefined>>();
  same<Same<(typeof session)['current']['outcome'], 'verified' | 'cancelled' | 'abandoned' | null>>();
  same<Same<EventName<'email-verification'>, 'submit-code' | 'resend-code' | 'request-new-code' | 'cancel' | 'change-email'>>();
  same<Same<EventSender<'account-setup', 'cancel'>, 'holder'>>();
  same<Same<EventOfSender<'support-access', 'owner'>, 'grant' | 'deny' | 'revoke'>>();
  await session.send('resend-code');
  await session.send('resend-code', {}, { idempotencyKey: 'a-key-that-was-kept', signal: new AbortController().signal });
  for await (const { state, data } of session.follow()) if (state === 'expired' && data.sendsLeft > 0) break;
  const history: readonly HistoryEntry[] = await session.history();
  same<Same<Awaited<ReturnType<typeof session.child>>, Session<never> | null>>();
  const { result } = await session.send('submit-code', { code: '042137' });
  return history.length > 0 && result ? result.token : null;
}

export async function isRefused(client: Client, session: Session<'email-verification'>): Promise<void> {
  // @ts-expect-error: there is no such workflow
  await client.start('mail-verification', { email: 'jane@example.com' });
  // @ts-expect-error: an address is missing
  await client.start('email-verification', {});
  // @ts-expect-error: the address is not a string
  await client.start('email-verification', { email: 7 });
  // @ts-expect-error: the body has no such field
  await client.start('email-verification', { email: 'jane@example.com', phone: '+33612345678' });
  // @ts-expect-error: an email verification has no event to switch the channel
  await session.send('switch-channel', { channel: 'voice' });
  // @ts-expect-error: the code is missing
  await session.send('submit-code');
  // @ts-expect-error: the code is a text, so that leading zeros are kept
  await session.send('submit-code', { code: 42137 });
  // @ts-expect-error: the event has no body
  await session.send('cancel', { because: 'no reason' });
  // @ts-expect-error: only a provider sends that event
  await session.send('delivery-reported', { failure: 'undelivered' });
  // @ts-expect-error: the workflow has no such deadline
  session.deadlines.endsAt;
  // @ts-expect-error: the workflow has no such state
  session.current.state === 'linking';
  // @ts-expect-error: the representation is read-only
  session.current = await session.refresh();
  // @ts-expect-error: only the client constructs problems
  new VerificationProblem();
}

export async function knowsWhoStarts(client: Client, token: string): Promise<void> {
  const change: StartBody<'account-change'> = { change: { kind: 'email', email: 'jane@example.org' } };
  await client.start('account-change', change, { token });
  // @ts-expect-error: the access token is missing
  await client.start('account-change', change);
  // @ts-expect-error: a change of the address takes no number
  await client.start('account-change', { change: { kind: 'email', phone: '+33612345678' } }, { token });
  const access = { accountId: '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d', reason: 'No message arrives' };
  // @ts-expect-error: the agent is missing
  await client.start('support-access', access, { token });
  const asked = await client.start('support-access', access, { token, agent: 'Sam' });
  await asked.send('grant', { minutes: 60 });
  same<Same<keyof typeof asked.deadlines, 'endsAt'>>();
}

/** Functions that are generic over workflows, and sessions of several workflows. */
export const startsAny = <Name extends WorkflowName>(client: Client, name: Name, body: StartBody<Name>) => client.start(name, body);

export async function isGeneric(client: Client, name: 'email-verification' | 'phone-verification'): Promise<void> {
  const session = await startsAny(client, 'email-verification', { email: 'jane@example.com' });
  same<Same<typeof session, Session<'email-verification'>>>();
  // @ts-expect-error: the address is missing
  await startsAny(client, 'email-verification', {});
  const either = await client.start(name, { email: 'jane@example.com' });
  await either.send('cancel');
  // @ts-expect-error: one of the two workflows needs an access token
  await client.start<'email-verification' | 'account-change'>('email-verification', { email: 'jane@example.com' });
}

export async function sendsToEither(session: Session<'email-verification'> | Session<'phone-verification'>): Promise<string | null> {
  const { state, outcome } = await session.send('submit-code', { code: '042137' });
  await session.send('cancel');
  // @ts-expect-error: the code is missing
  await session.send('submit-code');
  // @ts-expect-error: only one of the two workflows has the event
  await session.send('change-number');
  if (session.workflow === 'phone-verification') await session.send('switch-channel', { channel: 'voice' });
  await session.refresh();
  for await (const { revision } of session.follow()) if (revision > 2) break;
  return state === 'verified' ? outcome : null;
}

export async function knowsTheChild(setup: Session<'account-setup'>): Promise<void> {
  const child = await setup.child();
  same<Same<typeof child, Session<'email-verification' | 'phone-verification'> | null>>();
  await child?.send('submit-code', { code: '042137' });
  // @ts-expect-error: not every child accepts that event
  await child?.send('provide-number', { phone: '+33612345678', channel: 'sms' });
  const number = await setup.child('phone-verification');
  await number?.send('provide-number', { phone: '+33612345678', channel: 'sms' });
  // @ts-expect-error: the workflow has no such child
  await setup.child('login-verification');
}

/** Members of all events exist for each of them. */
export function describesAny(session: Session, name: WorkflowName): string {
  const { state, reference }: Representation = session.current;
  const pending = Object.values(session.deadlines).map(({ at, remainingMs }) => `${at.toISOString()} in ${remainingMs} ms`);
  return [name, state, reference, ...pending].join(', ');
}

export function takesAny(session: Session<'phone-verification'>): string {
  return describesAny(session, session.workflow);
}

export function explains(error: unknown): string {
  if (!(error instanceof VerificationProblem)) throw error;
  const code: ProblemCode = error.code;
  switch (code) {
    case 'wrong-code':
      return `${error.attemptsLeft ?? 0} left`;
    case 'resend-too-soon':
      return `in ${error.retryAfterMs ?? 0} ms`;
    case 'unreachable':
      return 'try again';
    // @ts-expect-error: there is no such problem
    case 'wrong-number':
      return '';
    default:
      return error.session?.reference ?? error.message;
  }
}

export const clients = [
  createClient(''),
  createClient(new URL('https://verify.example.com'), { fetch, clientKey: 'key', timeoutMs: 5000 }),
];
