/**
 * `destination`: takes in the address a code is sent to. Two spellings of one address are the same
 * destination; it is kept as it was spelled, because that is how its owner wants to be written to.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';

/** @returns the address to write to and the form in which two spellings of it are equal; null when it is none */
export type NormaliseEmail = (input: string) => { readonly address: string; readonly identity: string } | null;

export function destinationResolver(normalise: NormaliseEmail): Resolver {
  const read = ({ email }: Readonly<Record<string, unknown>>) => {
    const normalised = normalise(String(email));
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    return { email: normalised.address, destination: normalised.identity };
  };
  return {
    start: (body) => ({ input: {}, personal: { ...read(body), ...circumstances(body) } }),
    event: (body, { personal }) => {
      const destination = read(body);
      const changed = destination.destination !== personal['destination'];
      return { payload: { changed }, personal: changed ? { ...personal, ...destination } : personal };
    },
  };
}

/** The device and the language that a message may name. */
function circumstances({ device, locale }: Readonly<Record<string, unknown>>): Personal {
  const { type, name } = typeof device === 'object' && device !== null ? (device as { type?: string; name?: string }) : {};
  return {
    ...(type === undefined ? {} : { deviceType: type }),
    ...(name === undefined ? {} : { deviceName: name }),
    ...(typeof locale === 'string' ? { locale } : {}),
  };
}
