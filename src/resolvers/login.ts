/**
 * `credentials`, `loginCode`, `loginChannel`: what a login hears of an account. The password is looked at before the session's
 * turn, because that takes long; the turn looks again at what the answer rested on. A guess at a code is counted in the
 * account before it is compared, so that no number of sessions or processes makes room for one more.
 */
import type { Channel, Payload } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Arrival, Personal, Resolver } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';
import type { CodeCheck } from './code.ts';

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
}

/** What the accounts answer; the shapes of `src/accounts` satisfy it. */
export interface LoginAccounts<Recognised> {
  recognise(
    credentials: { readonly email: string; readonly password: string; readonly deviceToken: string | null },
    arrival: Arrival,
  ): Promise<Recognised | null>;
  confirm(recognised: Recognised): Promise<{ readonly account: LoginAccount; readonly trusted: boolean } | null>;
  reserve(guess: { accountId: string; id: string; channel: string; at: number }): Promise<{ readonly until: number | null } | null>;
  completeLogin(accountId: string, device: { id: string; token: string; details: Personal } | null): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/** @param can whether anything sends over a channel */
export function credentialsResolver<R>(accounts: LoginAccounts<R>, can: (channel: Channel) => boolean): Resolver {
  const resolve = async (body: Body, prepared: unknown): Promise<{ payload: Payload; personal: Personal } | null> => {
    const confirmed = prepared === null ? null : await accounts.confirm(prepared as R);
    if (!confirmed) return null;
    const { account, trusted } = confirmed;
    const { id, email, country } = account;
    const [phone, line] = account.phoneVerified ? [account.phone, account.line] : [null, null];
    const personal = {
      accountId: id,
      // The same code by whichever channel, and another one for every account.
      destination: id,
      email,
      ...(phone === null || line === null ? {} : { phone, line }),
      ...(country === null ? {} : { country }),
    };
    if (trusted) {
      await accounts.completeLogin(id, null);
      return { payload: { right: true, trusted: true }, personal };
    }
    const channel = channelOf(body['channel'], line, can);
    return { payload: { right: true, trusted: false, channel }, personal };
  };

  return {
    prepare: ({ email, password, deviceToken }, arrival) =>
      accounts.recognise(
        { email: String(email), password: String(password), deviceToken: deviceToken === undefined ? null : String(deviceToken) },
        arrival,
      ),
    start: async (body, prepared) => {
      const personal = circumstances(body);
      const resolved = await resolve(body, prepared);
      const event = { ...(resolved?.payload ?? { right: false }), type: 'SUBMIT_CREDENTIALS' };
      return { event, personal, ...(resolved ? { personalIfTaken: { ...personal, ...resolved.personal } } : {}) };
    },
    event: async (body, { personal }, { prepared }) => {
      const resolved = await resolve(body, prepared);
      return resolved ? { payload: resolved.payload, personal: { ...personal, ...resolved.personal } } : { payload: { right: false } };
    },
  };
}

/** The channel that was asked for, if the account has it; else the usual one. */
function channelOf(wanted: unknown, line: LoginAccount['line'], can: (channel: Channel) => boolean): Channel {
  const has: Channel[] = line === null ? [] : line === 'landline' ? ['voice'] : ['sms', 'voice'];
  const possible = [...has, 'email' as const].filter(can);
  return possible.find((channel) => channel === wanted) ?? possible[0] ?? 'email';
}

export interface LoginCodeParts {
  readonly accounts: Pick<LoginAccounts<unknown>, 'reserve' | 'completeLogin'>;
  /** Compares a guess with a code in constant time. */
  readonly matches: (code: CodeCheck, guess: string) => boolean;
  /** What a device that is trusted from now on shows at its next login; always the same for the same session. */
  readonly deviceToken: (session: { id: string; keyId: string; accountId: string }) => string;
}

export function loginCodeResolver({ accounts, matches, deviceToken }: LoginCodeParts): Resolver {
  return {
    event: async ({ code, trustDevice }, { id, workflow, keyId, context, personal, at, preview }, { attempt }) => {
      const wrong = { correct: false };
      const { accountId } = personal;
      const answer = preview(wrong);
      // Expired, locked, or not even sent: nobody looks at it, and nothing counts.
      const isLookedAt = answer?.kind === 'refused' && answer.code === 'wrong-code';
      if (!isLookedAt || accountId === undefined) return { payload: wrong };
      const blocked = await accounts.reserve({ accountId, id: attempt, channel: String(context['channel']), at });
      if (blocked) {
        const payload = { correct: false, blocked: true };
        return blocked.until === null ? { payload } : { payload, refusedUntil: blocked.until };
      }
      const check = { keyId, sessionId: id, workflow, destination: personal['destination'] ?? '', number: Number(context['codesIssued']) };
      if (!matches(check, String(code))) return { payload: wrong };
      const trusted = trustDevice === true;
      await accounts.completeLogin(
        accountId,
        trusted ? { id, token: deviceToken({ id, keyId, accountId }), details: deviceOf(personal) } : null,
      );
      return { payload: trusted ? { correct: true, trustDevice: true } : { correct: true } };
    },
  };
}

function deviceOf({ deviceType, deviceName }: Personal): Personal {
  return { ...(deviceType === undefined ? {} : { deviceType }), ...(deviceName === undefined ? {} : { deviceName }) };
}

/** @param need throws ChannelUnavailable where nothing can be sent over the channel */
export function loginChannelResolver(need: (channel: Channel) => void): Resolver {
  return {
    event: ({ channel }, { personal }) => {
      const { accountId, line } = personal;
      const isKnown = accountId !== undefined;
      if (isKnown && channel !== 'email' && line === undefined) throw new InvalidBody('/channel', 'The account has no telephone number');
      if (isKnown && channel === 'sms' && line === 'landline')
        throw new InvalidBody('/channel', 'A landline takes no text messages', 'landline-needs-voice');
      need(channel as Channel);
      return { payload: { channel: channel as Channel } };
    },
  };
}
