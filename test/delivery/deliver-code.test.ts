/**
 * The delivery of a code refuses mails that prove nothing or that would help a thief, even if the machine and the resolver allowed them.
 */
import { describe, expect, test } from 'vitest';
import { builtInChannels } from '../../src/delivery/built-in-channels.ts';
import { confirmsOf, deliverCode, taskResult } from '../../src/delivery/deliver-code.ts';
import type { Message } from '../../src/delivery/message.ts';
import { ChannelUnavailable } from '../../src/engine/errors.ts';
import { claimLost, serviceCaller, type TaskAttempt } from '../../src/engine/ports.ts';

const email = 'ada@example.com';
const phone = '+33612345678';
const accountId = '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d';
const ofNumber = { phone, destination: phone, country: 'FR' };
const ofAddress = { email, destination: email };
const ofAccount = { accountId, destination: accountId, email };

/** @param hasPhone true if the account has a telephone by now, whatever its session says */
function delivery(hasPhone: boolean) {
  const sent: Message[] = [];
  const admitted: string[] = [];
  const handler = deliverCode({
    codeFor: () => '042137',
    providerFor: (channel) => ({
      name: channel,
      send: async (message: Message) => {
        sent.push(message);
        return { outcome: 'accepted' };
      },
      close: async () => {},
    }),
    render: () => ({ subject: null, text: '', html: null, language: 'en' }),
    validForMs: () => 1,
    channels: builtInChannels,
    forbidsEmail: async ({ workflow, input, personal: { phone: own } }) =>
      (workflow === 'account-change' || confirmsOf(input) !== null) && (own !== undefined || hasPhone),
    instead: async () => null,
    budget: {
      admit: async ({ channel }) => {
        admitted.push(channel);
        return null;
      },
      hasRoom: async () => true,
    },
  });
  return { handler, sent, admitted };
}

interface Code {
  readonly workflow: string;
  readonly channel: string;
  readonly personal: Readonly<Record<string, string>>;
  readonly confirms?: 'change';
}

function attempt({ workflow, channel, personal, confirms }: Code): TaskAttempt {
  const input = { codeNumber: 1, sendNumber: 1, channel, ...(confirms === undefined ? {} : { confirms }) };
  const deadlines = { codeLifetime: 1 };
  return {
    sessionId: 's',
    workflow,
    version: 1,
    keyId: 'k',
    parent: null,
    key: 's.1',
    generation: 1,
    attempt: 1,
    input,
    createdAt: 0,
    personal,
    deadlines,
  };
}

const refused: readonly (readonly [string, Code, boolean])[] = [
  ['the code for a number, by mail', { workflow: 'phone-verification', channel: 'email', personal: { ...ofNumber, email } }, false],
  ['the code for a number, by mail to an unknown address', { workflow: 'phone-verification', channel: 'email', personal: ofNumber }, false],
  [
    'the code for a change, while the session knows a telephone',
    { workflow: 'account-change', channel: 'email', personal: { ...ofAccount, phone } },
    false,
  ],
  [
    'the code for a change, where the account has got a telephone since',
    { workflow: 'account-change', channel: 'email', personal: ofAccount },
    true,
  ],
  [
    'a code that confirms a change in a workflow of another name',
    { workflow: 'my-change', channel: 'email', personal: { ...ofAccount, phone }, confirms: 'change' },
    false,
  ],
  [
    'a code of another name’s, where the account has got a telephone since',
    { workflow: 'my-change', channel: 'email', personal: ofAccount, confirms: 'change' },
    true,
  ],
];

const taken: readonly (readonly [string, Code, boolean])[] = [
  ['the code for a number, by text message', { workflow: 'phone-verification', channel: 'sms', personal: ofNumber }, false],
  ['the code for an address, by mail', { workflow: 'email-verification', channel: 'email', personal: ofAddress }, false],
  [
    'the code of a login by mail, which is no second factor',
    { workflow: 'login-verification', channel: 'email', personal: { ...ofAccount, phone } },
    true,
  ],
  [
    'the code for a change, where there is no telephone',
    { workflow: 'account-change', channel: 'email', personal: ofAccount, confirms: 'change' },
    false,
  ],
  [
    'the code for a change, by call',
    { workflow: 'account-change', channel: 'voice', personal: { ...ofAccount, phone }, confirms: 'change' },
    true,
  ],
];

describe('is refused before anything is committed or counted, and not sent either', () => {
  test.each(refused)('%s', async (_, code, hasPhone) => {
    const { handler, sent, admitted } = delivery(hasPhone);
    await expect(handler.admit?.(attempt(code), serviceCaller)).rejects.toThrow(ChannelUnavailable);
    expect(await handler.run(attempt(code), AbortSignal.abort())).toMatchObject({ outcome: 'failed' });
    expect([sent, admitted]).toEqual([[], []]);
  });
});

describe('is sent', () => {
  test.each(taken)('%s', async (_, code, hasPhone) => {
    const { handler, sent, admitted } = delivery(hasPhone);
    await handler.admit?.(attempt(code), serviceCaller);
    expect(await handler.run(attempt(code), AbortSignal.abort())).toEqual({ outcome: 'done' });
    expect([sent.map(({ channel }) => channel), admitted]).toEqual([[code.channel], [code.channel]]);
  });
});

describe('the provider’s answer', () => {
  test('finishes the task when the message is accepted, and fails it for good when it is rejected', () => {
    expect(taskResult({ outcome: 'accepted' })).toEqual({ outcome: 'done' });
    expect(taskResult({ outcome: 'rejected', reason: 'no such number' })).toEqual({ outcome: 'failed', reason: 'no such number' });
  });

  test.each(['no', 'unknown'] as const)('is another attempt when it was not ready, as late as it wants (sent: %s)', (sent) => {
    const away = { outcome: 'unavailable', sent, reason: 'busy' } as const;
    expect(taskResult(away)).toEqual({ outcome: 'retry', reason: 'busy' });
    expect(taskResult({ ...away, retryAfterMs: 7_000 })).toEqual({ outcome: 'retry', reason: 'busy', retryAfterMs: 7_000 });
  });
});

describe('for a session that ended while its account was read', () => {
  test.each(taken)('is not sent: %s', async (_, code, hasPhone) => {
    const { handler, sent } = delivery(hasPhone);
    expect(await handler.run(attempt(code), AbortSignal.abort(), async () => false)).toBe(claimLost);
    expect(sent).toEqual([]);
  });
});
