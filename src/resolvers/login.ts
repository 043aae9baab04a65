/**
 * `credentials`, `accountCode`, `accountChannel`: what a session hears of an account whose owner it is to recognise. The password is looked at before the session's
 * turn, because that takes long; the turn looks again at what the answer rested on. A guess at a code is counted in the
 * account before it is compared, so that no number of sessions or processes makes room for one more.
 */
import type { Channel, Payload } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, RequestContext, Resolution, Resolver, ResolvingSession } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';
import { blockedBy, type CodeMatch, CountedGuesses, checkOf, guessAt, isLookedAt, type Reached } from './code.ts';
import type { CodeGuesses, Guess } from './code-guesses.ts';
import { telephoneChannel } from './phone.ts';
import type { CountRejected } from './weak-passwords.ts';

/** An account, as far as a login needs it. */
export interface LoginAccount {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
  /** A number that nobody has shown to be the owner's gets no code. */
  readonly phoneVerified: boolean;
  readonly line: 'mobile' | 'landline' | null;
  readonly country: string | null;
  readonly locale: string | null;
  readonly passwordVersion: number;
  /** How often it was changed. */
  readonly changes: number;
}

export interface Unrecognised {
  readonly kind: 'wrong';
  /** The locked count of wrong passwords; null for none. */
  readonly lock: { readonly accountId: string; readonly key: string } | null;
}

/** Credentials that were right a moment ago. */
export interface Known {
  readonly kind: 'right';
  readonly deviceId: string | null;
  readonly networks: readonly string[];
}

/** What the accounts answer; the shapes of `src/accounts` satisfy it. */
export interface LoginAccounts<Recognised extends Known> {
  recognise(
    credentials: { readonly email: string; readonly password: string; readonly deviceToken: string | null },
    requestContext: RequestContext,
  ): Promise<Recognised | Unrecognised>;
  confirm(recognised: Recognised): Promise<{ readonly account: LoginAccount; readonly trusted: boolean } | null>;
  /** Records that a notice of the lock is on its way, also if the address has no account to tell. */
  noticeBegins(lock: NonNullable<Unrecognised['lock']>): Promise<void>;
}

/** Counts a guess at a code before it is compared. @returns null when it may be; else why not, or until when */
export type ReserveGuess = (guess: {
  readonly accountId: string;
  readonly id: string;
  readonly authenticator: 'telephone' | 'address';
  readonly changes: number;
  readonly at: number;
}) => Promise<{ readonly until: number | null } | 'outdated' | null>;

type Body = Readonly<Record<string, unknown>>;

/** @param can whether anything sends over a channel */
export function credentialsResolver<R extends Known>(accounts: LoginAccounts<R>, can: (channel: Channel) => boolean): Resolver {
  const resolve = async (
    body: Body,
    prepared: unknown,
    isHeard: boolean,
  ): Promise<{ payload: Payload; personal?: Personal; personalIfRefused?: Personal }> => {
    const recognised = prepared as R | Unrecognised;
    if (recognised.kind === 'wrong') {
      // Before the mail is sent, so that its time and its failures do not tell whether the address has an account.
      if (recognised.lock !== null && isHeard) await accounts.noticeBegins(recognised.lock);
      return lockedBy(recognised);
    }
    const confirmed = await accounts.confirm(recognised);
    if (!confirmed) return { payload: { right: false } };
    const { account, trusted } = confirmed;
    const personal = { ...ownerOf(account), ...placeOf(recognised, trusted) };
    if (trusted) return { payload: { right: true, trusted: true }, personal };
    const channel = channelOf(body['channel'], account, can);
    return { payload: { right: true, trusted: false, channel }, personal };
  };

  return {
    refusals: ['rate-limited'],
    prepare: ({ email, password, deviceToken }, requestContext) =>
      accounts.recognise(
        { email: String(email), password: String(password), deviceToken: deviceToken === undefined ? null : String(deviceToken) },
        requestContext,
      ),
    start: async (body, prepared) => {
      const personal = circumstances(body);
      const resolved = await resolve(body, prepared, true);
      const event = { ...resolved.payload, type: 'SUBMIT_CREDENTIALS' };
      return { event, personal: { ...personal, ...resolved.personalIfRefused }, personalIfTaken: { ...personal, ...resolved.personal } };
    },
    event: async (body, { personal, preview }, { prepared }) => {
      const resolved = await resolve(body, prepared, preview({ right: false })?.kind === 'refused');
      const { payload, personalIfRefused } = resolved;
      return {
        payload,
        ...(resolved.personal ? { personal: { ...personal, ...resolved.personal } } : {}),
        ...(personalIfRefused ? { personalIfRefused: { ...personal, ...personalIfRefused } } : {}),
      };
    },
  };
}

/** The payload for wrong credentials. If they lock an account, the session remembers which, for the mail to its owner. */
function lockedBy({ lock }: Unrecognised): { payload: Payload; personalIfRefused?: Personal } {
  if (lock === null) return { payload: { right: false } };
  return { payload: { right: false, locks: true }, personalIfRefused: { lockedAccount: lock.accountId, lockedCount: lock.key } };
}

/** The owner's network and device, which are remembered once the login is complete. */
function placeOf({ networks, deviceId }: Known, trusted: boolean): Personal {
  return {
    ...(networks.length === 0 ? {} : { networks: networks.join(' ') }),
    ...(trusted && deviceId !== null ? { shownDevice: deviceId } : {}),
  };
}

/** What a session knows of the account whose owner it is to recognise, and of which state of the account. */
export function ownerOf(account: LoginAccount): Personal {
  const { id, email, country, passwordVersion, changes } = account;
  const { phone, line } = reachable(account);
  return {
    accountId: id,
    // The same code by whichever channel, and another one for every account.
    destination: id,
    email,
    passwordVersion: String(passwordVersion),
    changes: String(changes),
    ...(phone === null || line === null ? {} : { phone, line }),
    ...(country === null ? {} : { country }),
  };
}

/** A number that nobody has shown to be the owner's is none. */
function reachable({ phone, line, phoneVerified }: LoginAccount): Pick<LoginAccount, 'phone' | 'line'> {
  return phoneVerified ? { phone, line } : { phone: null, line: null };
}

/** How codes reach the telephone of an account, the usual way first; not at all where it has none. */
export function phoneChannels(account: LoginAccount): Channel[] {
  const { line } = reachable(account);
  return line === null ? [] : line === 'landline' ? ['voice'] : ['sms', 'voice'];
}

/** The channel that was asked for, if the account has it; else the usual one. */
function channelOf(wanted: unknown, account: LoginAccount, can: (channel: Channel) => boolean): Channel {
  const possible = [...phoneChannels(account), 'email' as const].filter(can);
  return possible.find((channel) => channel === wanted) ?? possible[0] ?? 'email';
}

/** The authenticator that the code of a session proves. Texts and calls reach the same telephone. */
function authenticatorOf(context: ResolvingSession['context']): 'telephone' | 'address' {
  return context['channel'] === 'email' || context['mailed'] === true ? 'address' : 'telephone';
}

/**
 * @param reserve counts the guess in the account until the next right one
 * @param guesses counts the guess over weeks, even after right ones: otherwise a thief of the password could go on guessing after each of
 *   the owner's logins
 * @param reached called for right codes sent by telephone, before the session learns of them, and possibly more than once
 */
export function accountCodeResolver(
  reserve: ReserveGuess,
  guesses: Pick<CodeGuesses, 'reserve' | 'forgive' | 'withdraw'>,
  matches: CodeMatch,
  reached: Reached,
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
      // In a throttled account, each guess takes its own place of the day.
      const { code: issued, ...guessed } = guessAt(session, requestContext);
      const guess = { ...guessed, destination: accountId, code: `${issued}:${requestContext.attempt}` };
      const refused = await refusal(body, guess, session);
      if (refused !== null) return refused;
      if (!matches(checkOf(session), String(body['code']))) return { payload: { correct: false } };
      await guesses.forgive(guess);
      const proved = authenticatorOf(session.context);
      if (proved === 'telephone') await reached(session, requestContext.origin);
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
 * @param isStepUp whether sessions of a workflow confirm a change, for which a code by email would help a thief of password and mailbox
 */
export function accountChannelResolver(
  need: (channel: Channel) => void,
  isStepUp: (workflow: string) => boolean,
  countRejected: CountRejected,
): Resolver {
  return {
    event: async ({ channel }, { workflow, personal }, { origin }) => {
      const { accountId, line } = personal;
      const isKnown = accountId !== undefined;
      if (isStepUp(workflow)) telephoneChannel('/channel', channel);
      if (isKnown && channel !== 'email' && line === undefined) throw new InvalidBody('/channel', 'The account has no telephone number');
      if (isKnown && channel === 'sms' && line === 'landline') {
        await countRejected(origin);
        throw new InvalidBody('/channel', 'Landlines cannot receive text messages', 'landline-needs-voice');
      }
      need(channel as Channel);
      return { payload: { channel: channel as Channel } };
    },
  };
}
