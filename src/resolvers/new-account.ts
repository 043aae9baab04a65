/**
 * `newAccount`: what a set-up begins with. The password is judged and hashed before; from then on nobody knows it. `withoutPhone`: it
 * goes on without a number, be it that one was verified before.
 */
import type { Channel } from '../../machines/workflow.ts';
import type { Origin, Resolver } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';
import { type CountRejected, countingRejected } from './weak-passwords.ts';

/** What a set-up knows of the account from its start: the address as it is written to, and the hash of the password. */
interface Beginnings {
  readonly email: string;
  readonly passwordHash: string;
}

/**
 * @param begin throws InvalidBody for an address or a password that can't be used, Overloaded
 * @param countRejected counts a weak password
 * @param need throws ChannelUnavailable where nothing can be sent over the channel
 */
export function newAccountResolver(
  begin: (email: string, password: string, origin: Origin) => Promise<Beginnings>,
  countRejected: CountRejected,
  need: (channel: Channel) => void,
): Resolver {
  return {
    refusals: ['weak-password'],
    prepare: ({ email, password }, { origin }) => {
      need('email');
      return countingRejected(
        () => begin(String(email), String(password), origin),
        () => countRejected(origin),
      );
    },
    start: (body, prepared) => {
      const { email, passwordHash } = prepared as Beginnings;
      return { event: null, personal: { email, passwordHash, ...circumstances(body) } };
    },
  };
}

export function withoutPhoneResolver(): Resolver {
  return {
    event: (_, { personal: { phone: _phone, ...personal } }) => ({ payload: {}, personal }),
  };
}
