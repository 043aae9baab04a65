/**
 * `destination`: takes in the address a code is sent to. Two spellings of one address are the same
 * destination; it is kept as it was spelled, because that is how its owner wants to be written to.
 */
import type { Channel } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Resolver } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';

/** @returns the address to write to and the form in which two spellings of it are equal; null when it is none */
export type NormaliseEmail = (input: string) => { readonly address: string; readonly identity: string } | null;

/** @param need throws ChannelUnavailable where nothing can be sent over the channel */
export function destinationResolver(normalise: NormaliseEmail, need: (channel: Channel) => void): Resolver {
  const read = ({ email }: Readonly<Record<string, unknown>>) => {
    need('email');
    const normalised = normalise(String(email));
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    return { email: normalised.address, destination: normalised.identity };
  };
  return {
    start: (body) => ({ event: null, personal: { ...read(body), ...circumstances(body) } }),
    event: (body, { personal }) => {
      const destination = read(body);
      const changed = destination.destination !== personal['destination'];
      return { payload: { changed }, personal: changed ? { ...personal, ...destination } : personal };
    },
  };
}
