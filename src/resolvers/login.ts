/**
 * `credentials`, `accountCode`, `accountChannel`: the resolvers of logins. The password check takes long, so it runs before the session's
 * turn; the turn then checks that the account has not changed. A guess at a code is counted for the account before the comparison, so that
 * further sessions or processes allow no further guess.
 */
import type { Channel, Payload } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, RequestContext, Resolution, Resolver, ResolvingSession } from '../engine/ports.ts';
import { blockedBy, type CodeMatch, CountedGuesses, checkOf, guessAt, isLookedAt, type Reached } from './code.ts';
import type { CodeGuesses, Guess } from './code-guesses.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import type { AskingSession, FactorOffers } from './factor-offers.ts';
import { enrolmentOf } from './factors.ts';
import { channelOf, type LoginAccount, ownerOf, type ReserveGuess } from './login-account.ts';
import { type AccountFacts, isLoggedOut } from './outdated.ts';
import { telephoneChannel } from './phone.ts';
import type { CountRejected } from './rejected-requests.ts';

export interface Unrecognised {
  readonly kind: 'wrong';
  /** The locked count of wrong passwords; null for none. */
  readonly lock: { readonly accountId: string; readonly key: string } | null;
}

/** Credentials that were correct a moment ago. */
export interface Known {
  readonly kind: 'correct';
  readonly deviceId: string | null;
  readonly networks: readonly string[];
}

/** The accounts that logins need; `src/accounts` implements this interface. */
export interface LoginAccounts<Recognised extends Known> {
  recognise(
    credentials: { readonly email: string; readonly password: string; readonly deviceToken: string | null },
    requestContext: RequestContext,
  ): Promise<Recognised | Unrecognised>;
  confirm(recognised: Recognised): Promise<{ readonly account: LoginAccount; readonly trusted: boolean } | null>;
  /** Records that the notice of a lock is on its way. Call this also if the address has no account. */
  noticeBegins(lock: NonNullable<Unrecognised['lock']>): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/** @param can returns true if a provider sends over the channel */
export function credentialsResolver<R extends Known>(
  accounts: LoginAccounts<R>,
  offers: Pick<FactorOffers, 'first' | 'demandsFactor'>,
  can: (channel: Channel) => boolean,
): Resolver {
  const resolve = async (
    body: Body,
    prepared: unknown,
    isHeard: boolean,
    session: AskingSession,
  ): Promise<{ payload: Payload; personal?: Personal; personalIfRefused?: Personal }> => {
    const recognised = prepared as R | Unrecognised;
    if (recognised.kind === 'wrong') {
      // Record the notice before the mail is sent, so that the mail's delay or failure does not reveal whether the address has an account.
      if (recognised.lock !== null && isHeard) await accounts.noticeBegins(recognised.lock);
      return lockedBy(recognised);
    }
    const confirmed = await accounts.confirm(recognised);
    if (!confirmed) return { payload: { correct: false } };
    const { account } = confirmed;
    const trusted = confirmed.trusted && !(await offers.demandsFactor(account.id));
    const personal = { ...ownerOf(account), ...placeOf(recognised, trusted) };
    if (trusted) return { payload: { correct: true, trusted: true }, personal };
    const factor = await offers.first(account, body['factor'], session);
    if (factor !== null) return { payload: { correct: true, trusted: false, factor: true }, personal: { ...personal, ...factor } };
    const channel = channelOf(body['channel'], account, can);
    return { payload: { correct: true, trusted: false, channel }, personal };
  };

  return {
    refusals: ['rate-limited'],
    prepare: ({ email, password, deviceToken }, requestContext) =>
      accounts.recognise(
        { email: String(email), password: String(password), deviceToken: deviceToken === undefined ? null : String(deviceToken) },
        requestContext,
      ),
    start: async (body, prepared, { session }) => {
      const personal = deviceAndLocale(body);
      const resolved = await resolve(body, prepared, true, session);
      const event = { ...resolved.payload, type: 'SUBMIT_CREDENTIALS' };
      return { event, personal: { ...personal, ...resolved.personalIfRefused }, personalIfTaken: { ...personal, ...resolved.personal } };
    },
    event: async (body, session, { prepared }) => {
      const { personal, preview } = session;
      const resolved = await resolve(body, prepared, preview({ correct: false })?.kind === 'refused', session);
      const { payload, personalIfRefused } = resolved;
      return {
        payload,
        ...(resolved.personal ? { personal: { ...personal, ...resolved.personal } } : {}),
        ...(personalIfRefused ? { personalIfRefused: { ...personal, ...personalIfRefused } } : {}),
      };
    },
  };
}

/** The payload for wrong credentials. If they lock an account, the session stores its id for the mail to the owner. */
function lockedBy({ lock }: Unrecognised): { payload: Payload; personalIfRefused?: Personal } {
  if (lock === null) return { payload: { correct: false } };
  return { payload: { correct: false, locks: true }, personalIfRefused: { lockedAccount: lock.accountId, lockedCount: lock.key } };
}

/** The owner's network and device, which are recorded once the login is complete. */
function placeOf({ networks, deviceId }: Known, trusted: boolean): Personal {
  return {
    ...(networks.length === 0 ? {} : { networks: networks.join(' ') }),
    ...(trusted && deviceId !== null ? { shownDevice: deviceId } : {}),
  };
}

/** The authenticator that the code of a session proves. Texts and calls reach the same telephone. */
function authenticatorOf(context: ResolvingSession['context']): 'telephone' | 'address' {
  return context['channel'] === 'email' || context['mailed'] === true ? 'address' : 'telephone';
}

export interface AccountCodeDeps extends Pick<AccountFacts, 'hasEnded'> {
  readonly matches: CodeMatch;
  /** Called for correct codes sent by telephone, before the session commits, and possibly more than once. */
  readonly reached: Reached;
  /** Tells if the login goes on with the enrolment of a factor. */
  readonly offers: Pick<FactorOffers, 'acceptsCode' | 'toEnrol'>;
}

/**
 * @param reserve counts the guess for the account until the next correct one
 * @param guesses counts the guess for weeks, even after correct ones. Otherwise a thief of the password could continue to guess after each
 *   login of the owner
 */
export function accountCodeResolver(
  reserve: ReserveGuess,
  guesses: Pick<CodeGuesses, 'reserve' | 'forgive' | 'withdraw'>,
  { matches, reached, offers, hasEnded }: AccountCodeDeps,
): Resolver {
  const counted = new CountedGuesses(guesses);
  /** Counts the guess in both ways, or in neither. @returns null if the guess may be compared */
  const refusal = async (body: Body, guess: Guess, { context, personal }: ResolvingSession): Promise<Resolution | null> => {
    const verdict = await counted.reserve(body, guess);
    if (verdict.refusal !== null) return blockedBy(verdict.refusal);
    const { destination: accountId, id, at } = guess;
    const changes = Number(personal['changes'] ?? -1);
    const blocked = await reserve({ accountId, id, authenticator: authenticatorOf(context), changes, at });
    if (blocked === null) return null;
    await counted.withdraw(body);
    if (blocked === 'outdated') return { payload: { correct: false, outdated: true } };
    return blockedBy({ ...blocked, limit: blocked.until === null ? 'account-channel-closed' : 'account-blocked' });
  };
  return {
    event: async (body, session, requestContext) => {
      const { accountId } = session.personal;
      if (!isLookedAt(session) || accountId === undefined) {
        await counted.withdraw(body);
        return { payload: { correct: false } };
      }
      const isPossible = (await offers.acceptsCode(accountId, session)) && !(await isLoggedOut(session.personal, { hasEnded }));
      if (!isPossible) return { payload: { correct: false, outdated: true } };
      // In a throttled account, each guess takes its own place of the day.
      const { code: issued, ...guessed } = guessAt(session, requestContext);
      const guess = { ...guessed, destination: accountId, code: `${issued}:${requestContext.attempt}` };
      const refused = await refusal(body, guess, session);
      if (refused !== null) return refused;
      if (!matches(checkOf(session), String(body['code']))) return { payload: { correct: false } };
      await guesses.forgive(guess);
      const proved = authenticatorOf(session.context);
      if (proved === 'telephone') await reached(session, requestContext.caller);
      const enrols = await offers.toEnrol(accountId, session);
      if (enrols !== null) {
        const personal = { ...session.personal, proved, ...(await enrolmentOf(enrols, session)) };
        return { payload: { correct: true, enrols: true }, personal };
      }
      return {
        payload: body['trustDevice'] === true ? { correct: true, trustDevice: true } : { correct: true },
        personal: { ...session.personal, proved },
      };
    },
  };
}

/**
 * @param need throws ChannelUnavailable if no provider sends over the channel
 * @param countRejected counts a text to a landline
 * @param isStepUp returns true if sessions of the workflow confirm a change. Such a change accepts no code by email, which a thief of
 *   password and mailbox could read
 */
export function accountChannelResolver(
  need: (channel: Channel) => void,
  isStepUp: (workflow: string) => boolean,
  countRejected: CountRejected,
): Resolver {
  return {
    refusals: ['landline-needs-voice'],
    event: async ({ channel }, { workflow, personal }, { caller }) => {
      const { accountId, line } = personal;
      const isKnown = accountId !== undefined;
      if (isStepUp(workflow)) telephoneChannel('/channel', channel);
      if (isKnown && channel !== 'email' && line === undefined) throw new InvalidBody('/channel', 'The account has no telephone number');
      if (isKnown && channel === 'sms' && line === 'landline') {
        await countRejected(caller);
        throw new InvalidBody('/channel', 'Landlines cannot receive text messages', 'landline-needs-voice');
      }
      need(channel as Channel);
      return { payload: { channel: channel as Channel } };
    },
  };
}
