/**
 * `phone`: reads the number that codes go to. The machine learns the line and the channel; the number itself is a sealed personal detail.
 * `channel`: reads the channel of the further sends.
 */
import type { Channel } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Caller, Personal, Resolver } from '../engine/ports.ts';
import { throttling } from './code.ts';
import type { CodeGuesses } from './code-guesses.ts';
import { deviceAndLocale } from './device-and-locale.ts';
import { type CountRejected, countingRejected } from './rejected-requests.ts';

/** @returns the number in E.164, with its country and line; or the reason why it can't be used */
export type ReadNumber = (
  input: string,
  country: string | null,
) => { readonly e164: string; readonly country: string; readonly line: 'mobile' | 'landline' } | { readonly invalid: string };

type Body = Readonly<Record<string, unknown>>;

/** The channel of a number whose body names no channel. */
const usualChannel: Channel = 'sms';

/**
 * Reads the channel of a number, which is verified by telephone only. A mail would prove nothing about the number, and would not draw on
 * its budget.
 * @throws InvalidBody for any other channel, even if a schema allows it
 */
export function telephoneChannel(path: string, channel: unknown): 'sms' | 'voice' {
  if (channel !== 'sms' && channel !== 'voice') throw new InvalidBody(path, 'A telephone takes text messages and calls');
  return channel;
}

export interface PhoneDeps {
  readonly guesses: Pick<CodeGuesses, 'isThrottled'>;
  readonly countRejected: CountRejected;
  readonly now: () => number;
}

/** @param need throws ChannelUnavailable if no provider sends over the channel */
export function phoneResolver(
  readNumber: ReadNumber,
  need: (channel: Channel) => void,
  { guesses, countRejected, now }: PhoneDeps,
): Resolver {
  const judged = ({ phone, country, channel: wanted = usualChannel }: Body) => {
    const channel = telephoneChannel('/channel', wanted);
    const number = readNumber(String(phone), typeof country === 'string' ? country.toUpperCase() : null);
    if ('invalid' in number) throw new InvalidBody('/phone', number.invalid, 'invalid-phone');
    need(channel);
    const personal: Personal = { phone: number.e164, destination: number.e164, country: number.country };
    return { personal, payload: { changed: true, channel, line: number.line } };
  };
  const read = (body: Body, caller: Caller) =>
    countingRejected(
      () => judged(body),
      () => countRejected(caller),
    );
  return {
    refusals: ['invalid-phone'],
    start: async (body, _, { caller }) => {
      const personal = deviceAndLocale(body);
      if (body['phone'] === undefined) {
        // A start without a number sends nothing, so no limit on messages counts it.
        await countRejected(caller);
        return { event: null, personal };
      }
      const { payload, personal: number } = await read(body, caller);
      // The machine refuses text messages to a landline before any message is counted, so count the request here.
      if (payload.line === 'landline' && payload.channel === 'sms') await countRejected(caller);
      const event = { ...payload, ...(await throttling(guesses, number['destination'] ?? '', now())), type: 'PROVIDE_NUMBER' };
      return { event, personal, personalIfTaken: { ...personal, ...number } };
    },
    event: async (body, { personal: before, at, preview }, { caller }) => {
      const { payload, personal } = await read(body, caller);
      if (personal['destination'] === before['destination']) return { payload: { changed: false } };
      if (preview(payload)?.kind === 'refused') await countRejected(caller);
      return {
        payload: { ...payload, ...(await throttling(guesses, personal['destination'] ?? '', at)) },
        personal: { ...before, ...personal },
      };
    },
  };
}

/**
 * @param need throws ChannelUnavailable if no provider sends over the channel
 * @param countRejected counts a text to a landline, which the machine refuses
 */
export function channelResolver(need: (channel: Channel) => void, countRejected: CountRejected): Resolver {
  return {
    event: async ({ channel: wanted }, { preview }, { caller }) => {
      const channel = telephoneChannel('/channel', wanted);
      need(channel);
      const answer = preview({ channel });
      if (answer?.kind === 'refused' && answer.code === 'landline-needs-voice') await countRejected(caller);
      return { payload: { channel } };
    },
  };
}
