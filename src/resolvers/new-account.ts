/**
 * `newAccount`: starts a set-up. The password is checked and hashed before the session's turn; the session holds only the hash.
 * `withoutPhone`: the set-up continues without a number, even if one was verified before.
 */
import type { Channel } from '../../machines/workflow.ts';
import type { Caller, Resolver } from '../engine/ports.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import { type CountRejected, countingRejected } from './rejected-requests.ts';

/** The details of the account at the start of a set-up: the address to write to, and the hash of the password. */
interface Beginnings {
  readonly email: string;
  readonly passwordHash: string;
}

/**
 * @param begin throws InvalidBody for an unusable address or password, Overloaded
 * @param countRejected counts a weak password
 * @param need throws ChannelUnavailable if no provider sends over the channel
 */
export function newAccountResolver(
  begin: (email: string, password: string, caller: Caller) => Promise<Beginnings>,
  countRejected: CountRejected,
  need: (channel: Channel) => void,
): Resolver {
  return {
    refusals: ['weak-password'],
    prepare: ({ email, password }, { caller }) => {
      need('email');
      return countingRejected(
        () => begin(String(email), String(password), caller),
        () => countRejected(caller),
      );
    },
    start: (body, prepared) => {
      const { email, passwordHash } = prepared as Beginnings;
      return { event: null, personal: { email, passwordHash, ...deviceAndLocale(body) } };
    },
  };
}

export function withoutPhoneResolver(): Resolver {
  return {
    event: (_, { personal: { phone: _phone, ...personal } }) => ({ payload: {}, personal }),
  };
}
