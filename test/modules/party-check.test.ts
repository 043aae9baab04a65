/** A mistake in the parties of a workflow stops the start with one line that names the workflow and the remedy. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import type { Workflow } from '../../machines/workflow.ts';
import { messages } from '../../src/modules/messages/messages.ts';
import { defineModule, type Module } from '../../src/modules/module.ts';
import { designOf } from '../../src/service/design.ts';

const noFields = Type.Object({}, { additionalProperties: false });

const plain = (sender: string | readonly string[], more: object = {}) => ({
  description: 'An event.',
  body: noFields,
  resolver: null,
  sender,
  payloads: [{}],
  ...more,
});

const invited = { invited: { to: 'guest', notice: 'asked' } };
const invite = (params: object = { party: 'approver' }) => ({ type: 'invite', params });

interface Parts {
  readonly entry?: object;
  readonly events?: object;
  readonly more?: object;
  readonly link?: object;
  readonly needs?: readonly Module[];
}

/** @returns the lines that refuse the service; empty if it is accepted */
function refusal({ entry = invite(), events = {}, more = {}, link = { link: 'Open:' }, needs = [messages()] }: Parts): string {
  const all = { GO: plain('approver'), ...events };
  const machine = setup({ delays: { day: 86_400_000 } }).createMachine({
    initial: 'open',
    states: {
      open: { entry, after: { day: 'done' }, on: Object.fromEntries(Object.keys(all).map((type) => [type, 'done'])) },
      done: { type: 'final' },
    },
  } as never);
  const workflow = {
    name: 'approval',
    collection: 'approvals',
    version: 1,
    description: 'An approval.',
    machine,
    data: { guest: 'sealed', host: 'sealed' },
    parties: { approver: invited },
    start: { body: Type.Object({ guest: Type.String(), host: Type.String() }), resolver: null, events: [null] },
    events: all,
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
    ...more,
  } as unknown as Workflow;
  const text = { subject: () => 'Asked', event: () => 'You are asked.', advice: [], ...link };
  const module = {
    name: 'approvals',
    needs,
    workflows: [{ name: 'approval', of: () => workflow }],
    notices: { asked: { texts: { en: text } } },
  };
  try {
    designOf({ modules: [defineModule(module as never)], config: { CLIENT_KEYS: 'shop:a-key-of-the-shop-backend-1' } });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('an invited party, several senders and a payload with the sender are accepted', () => {
  const events = {
    SAY: plain(['holder', 'approver', 'client'], { senderIn: 'by', payloads: ['holder', 'approver', 'client'].map((by) => ({ by })) }),
  };
  expect(refusal({ events, more: { differ: [['host', 'guest']] } })).toBe('');
});

describe('a start is refused', () => {
  const both = { senderIn: 'by', payloads: [{ by: 'approver' }] };
  test.each<[string, Parts, string]>([
    ['for an unknown sender', { events: { GO: plain('aprover') } }, "the event GO is sent by 'aprover', which is no party of the workflow"],
    [
      'for a provider and another sender',
      { events: { GO: plain(['provider', 'approver']) } },
      'a provider sends the event GO, and so can nobody else',
    ],
    [
      'for a holder whom no session has',
      { events: { GO: plain(['approver', 'holder']) }, more: { start: { by: 'agent', body: noFields, resolver: null, events: [null] } } },
      "the holder can't send the event GO: a session that an agent starts has no holder",
    ],
    [
      'for a field with the name of the sender’s',
      {
        events: {
          GO: plain('approver', { senderIn: 'by', body: Type.Object({ by: Type.String() }), payloads: [{ by: 'approver' }] }),
        },
      },
      "the body of the event GO has the field 'by', which names the role of the sender",
    ],
    [
      'for an invited party without messages',
      { needs: [] },
      "the party 'approver' is invited by a message: add the module messages() to 'needs'",
    ],
    ['for no sender', { events: { GO: plain([]) } }, 'no role sends the event GO'],
    [
      'for an owner without accounts',
      { events: { GO: plain(['approver', 'owner']) } },
      "no module recognises owners of accounts, who send the event GO: add the module accounts() to 'needs'",
    ],
    [
      'for a second factor of an invited party',
      { events: { GO: plain('approver', { secondFactor: true }) } },
      'only an owner has a second factor',
    ],
    [
      'for a payload without a sender',
      { events: { GO: plain(['holder', 'approver'], both) } },
      "no payload of the event GO has the by 'holder'",
    ],
    [
      'for a payload with a stranger',
      { events: { GO: plain('holder', { senderIn: 'by', payloads: [{ by: 'holder' }, { by: 'x' }] }) } },
      "has the by 'x', who does not send it",
    ],
    ['for a name of every workflow', { more: { parties: { holder: invited, approver: invited } } }, "no party can be named 'holder'"],
    [
      'for a name that no token can have',
      { more: { parties: { 'the-approver': invited, approver: invited } } },
      "the party 'the-approver' must have a name of up to 60 letters and digits",
    ],
    [
      'for an unknown address',
      { more: { parties: { approver: { invited: { ...invited.invited, to: 'gest' } } } } },
      "no module brings the detail 'gest', which has the address of the party 'approver'",
    ],
    [
      'for an unknown notice',
      { more: { parties: { approver: { invited: { ...invited.invited, notice: 'askd' } } } } },
      "no module brings the notice 'askd', which invites the party 'approver'",
    ],
    [
      'for an unknown channel',
      { more: { parties: { approver: { invited: { ...invited.invited, channel: 'fax' } } } } },
      "no module brings the channel 'fax', over which the party 'approver' is invited",
    ],
    [
      'for a notice without texts for the channel',
      { more: { parties: { approver: { invited: { ...invited.invited, channel: 'sms' } } } } },
      "the notice 'asked' has no text for the channel 'sms': add `sms` to it, or name another channel",
    ],
    [
      'for an unknown delay',
      { more: { parties: { approver: { invited: { ...invited.invited, until: 'week' } } } } },
      "the machine has no delay 'week', which ends the invitation of the party 'approver'",
    ],
    ['for a notice without a link', { link: {} }, "has no 'link' to introduce the link"],
    [
      'for a party that nothing invites',
      { entry: { type: 'sendMessage', params: { notice: 'asked', to: 'host' } } },
      "no action invites the party 'approver': add { type: 'invite'",
    ],
    ['for an invitation of nobody', { entry: invite({}) }, "the action 'invite' names no party"],
    [
      'for an invitation of a stranger',
      { entry: [invite(), invite({ party: 'aprover' })] as never },
      "state 'open': the action 'invite' names 'aprover', which is no invited party of the workflow",
    ],
    [
      'for an owner by address without accounts',
      { more: { parties: { approver: invited, payer: { by: 'host' } } } },
      "no module recognises owners of accounts, and the party 'payer' is one: add the module accounts() to 'needs'",
    ],
    [
      'for an unknown detail that must differ',
      { more: { differ: [['host', 'gest']] } },
      "no module brings the detail 'gest', named in 'differ'",
    ],
    ['for a detail that must differ from itself', { more: { differ: [['host', 'host']] } }, "the detail 'host' cannot differ from itself"],
  ])('%s', (_, parts, line) => {
    const lines = refusal(parts);
    expect(lines).toContain("Workflow 'approval'");
    expect(lines).toContain(line);
  });
});
