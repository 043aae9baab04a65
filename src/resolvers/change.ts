/**
 * `change`: the change that the owner of an account requests, and the channel of the code that confirms it. If the account has a telephone,
 * a code by email is not accepted: a thief of a login and a mailbox could otherwise change the number.
 */
import type { Channel } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Caller, Owner, Personal, Resolver } from '../engine/ports.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import type { FactorOffers } from './factor-offers.ts';
import { type LoginAccount, ownerOf, stepUpChannel } from './login-account.ts';
import { type ReadNumber, telephoneChannel } from './phone.ts';
import { type CountRejected, countingRejected } from './rejected-requests.ts';

type Body = Readonly<Record<string, unknown>>;

export interface ChangeDeps {
  readonly find: (accountId: string) => Promise<LoginAccount | null>;
  /** Checks and hashes a new password. @throws InvalidBody, Overloaded */
  readonly hash: (path: string, proposed: { readonly password: string; readonly email: string }, caller: Caller) => Promise<string>;
  readonly countRejected: CountRejected;
  /** @throws InvalidBody if the text is not an address */
  readonly isSameEmail: (path: string, one: string, other: string) => boolean;
  readonly readNumber: ReadNumber;
  /** True if a provider sends over the channel. */
  readonly can: (channel: Channel) => boolean;
  /** @throws ChannelUnavailable if no provider sends over the channel */
  readonly need: (channel: Channel) => void;
  readonly offers: Pick<FactorOffers, 'first'>;
}

interface Prepared {
  readonly owner: Owner;
  /** The change, as personal details of the session. */
  readonly wanted: Personal;
}

export function changeResolver(deps: ChangeDeps): Resolver {
  const accountOf = async ({ accountId }: Owner): Promise<LoginAccount> => {
    const account = await deps.find(accountId);
    if (account === null) throw new Error('The owner has no account');
    return account;
  };
  return {
    refusals: ['weak-password', 'invalid-phone', 'landline-needs-voice', 'same-destination'],
    prepare: async ({ change }, { caller }): Promise<Prepared> => {
      const { owner } = caller;
      if (!owner) throw new Error('The request for a change has no owner');
      const account = await accountOf(owner);
      const wanted = await countingRejected(
        () => wantedOf(change as Body, account, caller, deps),
        () => deps.countRejected(caller),
      );
      return { owner, wanted };
    },
    start: async (body, prepared, { session }) => {
      const { owner, wanted } = prepared as Prepared;
      const account = await accountOf(owner);
      const { kind } = body['change'] as { readonly kind: string };
      const personal = { ...deviceAndLocale(body), ...ownerOf(account), ...wanted, loginId: owner.sessionId };
      const factor = await deps.offers.first(account, body['factor'], session);
      if (factor !== null) return { event: { type: 'REQUEST_CHANGE', kind, factor: true }, personal: { ...personal, ...factor } };
      const channel = stepUpChannel(body['channel'], account, deps.can);
      deps.need(channel);
      return { event: { type: 'REQUEST_CHANGE', kind, channel }, personal };
    },
  };
}

async function wantedOf(
  change: Body,
  account: LoginAccount,
  caller: Caller,
  { hash, isSameEmail, readNumber, need }: ChangeDeps,
): Promise<Personal> {
  switch (change['kind']) {
    case 'email': {
      const newEmail = String(change['email']);
      need('email');
      if (isSameEmail('/change/email', newEmail, account.email)) throw same('/change/email', 'The account has this address');
      return { newEmail };
    }
    case 'phone': {
      const { phone, country } = change;
      const channel = telephoneChannel('/change/channel', change['channel'] ?? 'sms');
      const number = readNumber(String(phone), typeof country === 'string' ? country.toUpperCase() : null);
      if ('invalid' in number) throw new InvalidBody('/change/phone', number.invalid, 'invalid-phone');
      if (number.line === 'landline' && channel === 'sms')
        throw new InvalidBody('/change/channel', 'Landlines cannot receive text messages', 'landline-needs-voice');
      need(channel);
      if (number.e164 === account.phone && account.phoneVerified) throw same('/change/phone', 'The account has this number');
      return { newPhone: number.e164, newChannel: channel };
    }
    case 'password':
      return {
        newPasswordHash: await hash('/change/password', { password: String(change['password']), email: account.email }, caller),
      };
    default:
      throw new Error('The schema allows no such change');
  }
}

function same(path: string, message: string): InvalidBody {
  return new InvalidBody(path, message, 'same-destination');
}
