/** The compiler refuses a misspelt party, sender, delay or notice of a workflow with parties. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed } from '../../machines/workflow.ts';
import { messages } from '../../src/modules/messages/messages.ts';
import { defineModule } from '../../src/modules/module.ts';

type Guest = 'guest' | 'host';

const body = Type.Object({}, closed);
const machine = setup({
  types: {} as { events: { type: 'COME'; by: Guest } },
  actions: { invite: (_, _party: { party: Guest }) => {} },
  delays: { day: 86_400_000 },
}).createMachine({
  initial: 'asked',
  states: {
    asked: { entry: { type: 'invite', params: { party: 'guest' } }, on: { COME: 'came' }, after: { day: 'came' } },
    came: { type: 'final' },
  },
});

const common = {
  collection: 'visits',
  version: 1,
  description: 'A visit.',
  machine,
  data: { guestEmail: 'sealed', hostEmail: 'sealed' },
  start: { body, resolver: null, events: [null] },
  deadlines: {},
} as const;
const parties = { guest: { invited: { to: 'guestEmail', notice: 'visit', until: 'day' } }, host: { by: 'hostEmail' } } as const;
const come = { description: 'Comes.', body, senderIn: 'by', payloads: [{ by: 'guest' }, { by: 'host' }] } as const;
const view = { schema: Type.Object({}), of: () => ({}) };

const visit = defineWorkflow('visit', () => ({ ...common, parties, view, events: { COME: { ...come, sender: ['guest', 'host'] } } }));

// @ts-expect-error: no party has this name.
const noSender = defineWorkflow('visit', () => ({ ...common, parties, view, events: { COME: { ...come, sender: ['guest', 'hots'] } } }));

const noMember = defineWorkflow('visit', () => ({
  ...common,
  parties,
  view,
  // @ts-expect-error: the payload has no such member.
  events: { COME: { ...come, sender: 'guest', senderIn: 'bye' } },
}));

const week = { ...parties, guest: { invited: { ...parties.guest.invited, until: 'week' } } } as const;
// @ts-expect-error: the machine has no such delay.
const noDelay = defineWorkflow('visit', () => ({ ...common, parties: week, view, events: { COME: { ...come, sender: 'guest' } } }));

const unknownViewer = defineWorkflow('visit', () => ({
  ...common,
  parties,
  events: { COME: { ...come, sender: ['guest', 'host'] } },
  // @ts-expect-error: no reader has this role.
  view: { schema: Type.Object({}), of: ({ viewer }) => ({ isGuest: viewer === 'gest' }) },
}));

const text = { subject: () => '', event: () => '', advice: [], link: '' };
const module = defineModule({ name: 'visits', needs: [messages()], workflows: [visit], notices: { visit: { texts: { en: text } } } });
// @ts-expect-error: no module brings the notice of the invitation.
const noNotice = defineModule({ name: 'visits', needs: [messages()], workflows: [visit], notices: { visits: { texts: { en: text } } } });

test('the names that the compiler knows are those of the workflow', () => {
  expect([visit, noSender, noMember, noDelay, unknownViewer].map(({ name }) => name)).toEqual(Array(5).fill('visit'));
  expect([module, noNotice].map(({ name }) => name)).toEqual(['visits', 'visits']);
});
