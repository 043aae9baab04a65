/**
 * `destination`: reads the address that codes go to. Two spellings of one address are the same destination. The session also stores the
 * address as spelled, because messages go to that spelling.
 */
import type { Channel } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Resolver } from '../engine/ports.ts';
import { throttling } from './code.ts';
import type { CodeGuesses } from './code-guesses.ts';
import { deviceAndLocale } from './device-and-locale.ts';

/** @returns the address to write to, and the form in which two spellings are equal; null if the text is not an address */
export type NormaliseEmail = (input: string) => { readonly address: string; readonly identity: string } | null;

/** @param need throws ChannelUnavailable if no provider sends over the channel */
export function destinationResolver(
  normalise: NormaliseEmail,
  need: (channel: Channel) => void,
  { guesses, now }: { readonly guesses: Pick<CodeGuesses, 'isThrottled'>; readonly now: () => number },
): Resolver {
  const read = ({ email }: Readonly<Record<string, unknown>>) => {
    need('email');
    const normalised = normalise(String(email));
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    return { email: normalised.address, destination: normalised.identity };
  };
  return {
    start: async (body) => {
      const destination = read(body);
      const event = (await guesses.isThrottled(destination.destination, now())) ? { type: 'THROTTLE' } : null;
      return { event, personal: { ...destination, ...deviceAndLocale(body) } };
    },
    event: async (body, { personal, at }) => {
      const destination = read(body);
      if (destination.destination === personal['destination']) return { payload: { changed: false }, personal };
      const payload = { changed: true, ...(await throttling(guesses, destination.destination, at)) };
      return { payload, personal: { ...personal, ...destination } };
    },
  };
}
