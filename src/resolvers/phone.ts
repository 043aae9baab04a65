/**
 * `phone`: takes in the number that a code is sent to. The machine hears what kind of line it is and how the code is to
 * come; the number itself stays in the private part. `channel`: how it is to come from now on.
 */
import type { Channel } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';

/** @returns the number in E.164 and what is known of it, or why it can't be used */
export type ReadNumber = (
  input: string,
  country: string | null,
) => { readonly e164: string; readonly country: string; readonly line: 'mobile' | 'landline' } | { readonly invalid: string };

type Body = Readonly<Record<string, unknown>>;

/** What somebody who gives a number without a word about the channel expects. */
const usualChannel: Channel = 'sms';

/** @param need throws ChannelUnavailable where nothing can be sent over the channel */
export function phoneResolver(readNumber: ReadNumber, need: (channel: Channel) => void): Resolver {
  const read = ({ phone, country, channel = usualChannel }: Body) => {
    const number = readNumber(String(phone), typeof country === 'string' ? country.toUpperCase() : null);
    if ('invalid' in number) throw new InvalidBody('/phone', number.invalid, 'invalid-phone');
    need(channel as Channel);
    const personal: Personal = { phone: number.e164, destination: number.e164, country: number.country };
    return { personal, payload: { changed: true, channel: channel as Channel, line: number.line } };
  };
  return {
    start: (body) => {
      const personal = circumstances(body);
      if (body['phone'] === undefined) return { event: null, personal };
      const { payload, personal: number } = read(body);
      return { event: { ...payload, type: 'PROVIDE_NUMBER' }, personal, personalIfTaken: { ...personal, ...number } };
    },
    event: (body, { personal: before }) => {
      const { payload, personal } = read(body);
      if (personal['destination'] === before['destination']) return { payload: { changed: false } };
      return { payload, personal: { ...before, ...personal } };
    },
  };
}

export function channelResolver(need: (channel: Channel) => void): Resolver {
  return {
    event: ({ channel }) => {
      need(channel as Channel);
      return { payload: { channel: channel as Channel } };
    },
  };
}
