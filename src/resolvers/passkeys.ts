/**
 * `passkeyLogin`, `deviceUnlock`: the resolvers of the workflows that ask for a passkey. A login finds the account by the credential, within
 * the turn. Each answer uses up its request, so that no answer counts twice.
 */
import type { FactorAnswer, FactorFailure, Json } from '../common/factor.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Caller, Personal, RequestContext, Resolution, Resolver, ResolvingSession } from '../engine/ports.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import { type LoginAccount, ownerOf } from './login-account.ts';
import { type AccountFacts, isOutdated } from './outdated.ts';
import type { CountRejected } from './rejected-requests.ts';

type Body = Readonly<Record<string, unknown>>;

/** The session that asks for a passkey; without an account, for any passkey of the device. */
interface AskingSession {
  readonly id: string;
  readonly keyId: string;
  readonly workflow: string;
  readonly accountId: string | null;
  readonly request: number;
  readonly at: number;
}

type Verdict =
  | { readonly result: 'correct' | 'cloned'; readonly passkey: { readonly accountId: string; readonly backupEligible: boolean } }
  | { readonly result: Exclude<FactorFailure, 'cloned'> };

export interface AnswerDeps {
  readonly request: (session: AskingSession) => Promise<Json>;
  readonly verify: (answer: FactorAnswer, session: AskingSession) => Promise<Verdict>;
  readonly find: (accountId: string) => Promise<LoginAccount | null>;
  readonly countRejected: CountRejected;
}

export interface PasskeyLoginDeps extends AnswerDeps {
  /** The network of a client, hashed by each secret key; empty if unknown. */
  readonly networks: (caller: Pick<Caller, 'network' | 'address'>) => readonly string[];
}

export interface DeviceUnlockDeps extends AnswerDeps, AccountFacts {
  readonly hasPasskey: (accountId: string) => Promise<boolean>;
}

export function passkeyLoginResolver(deps: PasskeyLoginDeps): Resolver {
  return {
    refusals: ['rate-limited'],
    start: async (body, _, { session }) => ({
      event: null,
      personal: { ...deviceAndLocale(body), ...(await asked(session, {}, deps)) },
    }),
    event: (body, session, requestContext) =>
      answered(body, session, requestContext, deps, async (verdict) => {
        const account = await deps.find(verdict.passkey.accountId);
        if (account === null) return null;
        const networks = deps.networks(requestContext.caller);
        return { ...ownerOf(account), ...(networks.length === 0 ? {} : { networks: networks.join(' ') }) };
      }),
  };
}

export function deviceUnlockResolver(deps: DeviceUnlockDeps): Resolver {
  return {
    refusals: ['no-such-factor', 'rate-limited'],
    start: async (body, _, { session, caller: { owner } }) => {
      if (!owner) throw new Error('The request for an unlock has no owner');
      const account = await deps.find(owner.accountId);
      if (account === null) throw new Error('The owner has no account');
      if (!(await deps.hasPasskey(account.id))) throw new InvalidBody('', 'The account has no passkey', 'no-such-factor');
      const own = { ...deviceAndLocale(body), accountId: account.id, changes: String(account.changes), loginId: owner.sessionId };
      return { event: null, personal: { ...own, ...(await asked(session, own, deps)) } };
    },
    event: async (body, session, requestContext) => {
      const { personal } = session;
      if (isHeard(session) && (await isOutdated(personal, deps))) return { payload: { result: 'outdated' } };
      return answered(body, session, requestContext, deps, async ({ passkey }) => ({ keyKind: passkey.backupEligible ? 'swk' : 'hwk' }));
    },
  };
}

/** @param known the personal details of the session after a correct answer; null if the passkey has no account */
async function answered(
  body: Body,
  session: ResolvingSession,
  { caller }: RequestContext,
  deps: AnswerDeps,
  known: (verdict: Extract<Verdict, { readonly passkey: object }>) => Promise<Personal | null>,
): Promise<Resolution> {
  if (!isHeard(session)) return { payload: { result: 'wrong' } };
  const next = async (result: string, more: Personal = {}): Promise<Resolution> => {
    const personal = { ...session.personal, ...more, ...(await asked(session, session.personal, deps)) };
    return { payload: { result }, personal, personalIfRefused: personal };
  };
  const { failure, credential } = body;
  if (failure !== undefined) return next(String(failure));
  const verdict = await deps.verify({ credential: credential as Json }, asking(session, session.personal, requestNumber(session.personal)));
  const details = verdict.result === 'correct' ? await known(verdict) : null;
  if (verdict.result === 'correct' && details !== null) {
    return { payload: { result: 'correct', hardware: !verdict.passkey.backupEligible }, personal: { ...session.personal, ...details } };
  }
  await deps.countRejected(caller);
  // The session stays without an account, so that its requests tell nothing of one.
  return next(refusalOf(verdict, session.personal), verdict.result === 'cloned' ? { copiedAccount: verdict.passkey.accountId } : {});
}

/** Without an account, the answer does not tell an unknown credential from one of another account. */
function refusalOf({ result }: Verdict, { accountId }: Personal): string {
  if (result === 'correct') return 'unknown';
  return result === 'foreign' && accountId === undefined ? 'unknown' : result;
}

/** True while the machine compares answers. */
function isHeard({ preview }: ResolvingSession): boolean {
  return preview({ result: 'wrong' })?.kind === 'refused';
}

type Place = Pick<ResolvingSession, 'id' | 'keyId' | 'workflow' | 'at'>;

/** The personal details with the next request to the device. */
async function asked(session: Place, personal: Personal, { request }: AnswerDeps): Promise<Personal> {
  const number = requestNumber(personal) + 1;
  const options = await request(asking(session, personal, number));
  return { passkeyNumber: String(number), passkeyRequest: JSON.stringify(options) };
}

/** The number of the present request; 0 before the first. */
function requestNumber({ passkeyNumber = '0' }: Personal): number {
  return Number(passkeyNumber);
}

function asking({ id, keyId, workflow, at }: Place, { accountId }: Personal, request: number): AskingSession {
  return { id, keyId, workflow, at, accountId: accountId ?? null, request };
}
