/** The workflow `moving-in`: a tenant signs a contract and pays a deposit, in any order, and is reminded of each. */
import { Type } from '@sinclair/typebox';
import {
  closed,
  Duration,
  defineFigures,
  defineModule,
  defineWorkflow,
  type FiguresOf,
  Limit,
  messages,
  type Refusal,
} from 'verification-workflows';
import { assign, setup } from 'xstate';

const DAY = 24 * 60 * 60 * 1000;

/** A deployment sets other values in the file that POLICY names. */
const figures = defineFigures({
  contractReminderAfterMs: {
    schema: Duration('The pause before each reminder of the contract.'),
    default: 2 * DAY,
    reason: 'A tenant who wants the flat signs within two days.',
  },
  depositReminderAfterMs: {
    schema: Duration('The pause before the reminder of the deposit.'),
    default: 5 * DAY,
    reason: 'A transfer between two banks takes up to three working days.',
  },
  flatReservedMs: {
    schema: Duration('How long a flat is reserved for a tenant.'),
    default: 14 * DAY,
    reason: 'Two weeks suffice for a contract and a transfer. A longer wait costs rent.',
  },
  contractReminders: {
    schema: Limit('The number of reminders of the contract.'),
    default: 2,
    reason: 'A third mail is not read either. Then somebody calls.',
  },
});

const noFields = Type.Object({}, closed);

const workflow = defineWorkflow(
  'moving-in',
  ({ contractReminderAfterMs, depositReminderAfterMs, flatReservedMs, contractReminders }: FiguresOf<typeof figures>) => ({
    collection: 'move-ins',
    version: 1,
    description: 'Prepares the day on which a tenant moves in.',
    machine: setup({
      types: {} as {
        context: { reminders: number };
        events: { type: 'SIGN' } | { type: 'DEPOSIT_ARRIVED' } | { type: 'WITHDRAW' };
      },
      actions: {
        refuse: (_, _refusal: Refusal) => {},
        sendMessage: (_, _message: { notice: string; to: string }) => {},
        countReminder: assign({ reminders: ({ context }) => context.reminders + 1 }),
      },
      guards: { remindersLeft: ({ context }) => context.reminders < contractReminders },
      delays: { contractReminder: contractReminderAfterMs, depositReminder: depositReminderAfterMs, reservation: flatReservedMs },
    }).createMachine({
      id: 'moving-in',
      context: { reminders: 0 },
      initial: 'preparing',
      states: {
        preparing: {
          type: 'parallel',
          description: 'The contract and the deposit are under way, independently of each other.',
          meta: { screen: 'checklist', title: 'Before you move in', help: 'Sign the contract and pay the deposit, in any order.' },
          entry: { type: 'sendMessage', params: { notice: 'moving-in-welcome', to: 'tenantEmail' } },
          states: {
            contract: {
              initial: 'unsigned',
              states: {
                unsigned: {
                  description: 'The tenant has not signed.',
                  initial: 'waiting',
                  on: { SIGN: 'signed' },
                  states: {
                    waiting: { after: { contractReminder: 'reminded' } },
                    reminded: {
                      entry: ['countReminder', { type: 'sendMessage', params: { notice: 'moving-in-contract', to: 'tenantEmail' } }],
                      // The timer enters its own state again, so it begins anew.
                      after: { contractReminder: { guard: 'remindersLeft', target: 'reminded', reenter: true } },
                    },
                  },
                },
                signed: { type: 'final', description: 'The contract is signed.' },
              },
            },
            deposit: {
              initial: 'due',
              states: {
                due: {
                  description: 'The deposit has not arrived.',
                  initial: 'waiting',
                  on: { DEPOSIT_ARRIVED: 'paid' },
                  states: {
                    waiting: { after: { depositReminder: 'reminded' } },
                    reminded: { entry: { type: 'sendMessage', params: { notice: 'moving-in-deposit', to: 'tenantEmail' } } },
                  },
                },
                paid: { type: 'final', description: 'The deposit has arrived.' },
              },
            },
          },
          onDone: 'ready',
          after: { reservation: 'released' },
          on: {
            WITHDRAW: [
              {
                guard: ({ context }) => context.reminders > 0,
                actions: { type: 'refuse', params: { code: 'moving-in-too-late-to-withdraw' } },
              },
              { target: 'withdrawn' },
            ],
          },
        },
        ready: { type: 'final', description: 'The tenant gets the keys.', meta: { screen: 'done', title: 'Your keys are ready' } },
        withdrawn: { type: 'final', description: 'The tenant does not move in.', meta: { screen: 'done' } },
        released: { type: 'final', description: 'The reservation has ended.', meta: { screen: 'done' } },
      },
    }),
    data: { tenantName: 'shown', tenantEmail: 'masked', flat: 'shown' },
    start: {
      body: Type.Object(
        {
          tenantName: Type.String({ minLength: 1, maxLength: 80, title: 'Name', autocomplete: 'name', examples: ['Jane Doe'] }),
          tenantEmail: Type.String({ format: 'email', title: 'Email address', autocomplete: 'email', examples: ['jane@example.com'] }),
          flat: Type.String({ minLength: 1, maxLength: 80, title: 'Flat', examples: ['Mill Lane 3, second floor'] }),
        },
        closed,
      ),
      events: [null],
    },
    events: {
      SIGN: { description: 'Signs the contract.', body: noFields, sender: 'holder', payloads: [{}] },
      // The bookkeeping of the landlord, with its client key.
      DEPOSIT_ARRIVED: { description: 'Reports the deposit.', body: noFields, sender: 'client', payloads: [{}] },
      WITHDRAW: { description: 'Gives the flat back, before the first reminder.', body: noFields, sender: 'holder', payloads: [{}] },
    },
    view: {
      schema: Type.Object({ tenantName: Type.String(), tenantEmail: Type.String(), flat: Type.String() }),
      of: ({ masked }) => ({ tenantName: masked.tenantName, tenantEmail: masked.tenantEmail, flat: masked.flat }),
    },
    deadlines: { contractReminder: 'contractReminderAt', depositReminder: 'depositReminderAt', reservation: 'reservedUntil' },
    success: { outcome: 'ready', claims: [] },
    // The same rules in other words. The model test compares the machine with them.
    promises: {
      entries: [{ states: ['withdrawn'], by: [{ event: 'WITHDRAW', when: { reminders: 0 } }] }],
      deadlines: [{ delay: 'reservation', lasts: 'flatReservedMs', leadsTo: 'released', shownAs: 'reservedUntil' }],
      endsByItself: true,
    },
  }),
);

export default defineModule({
  name: 'moving-in',
  needs: [messages()],
  workflows: [workflow],
  figures,
  order: [
    ['contractReminderAfterMs', 'flatReservedMs'],
    ['depositReminderAfterMs', 'flatReservedMs'],
  ],
  refusals: {
    'moving-in-too-late-to-withdraw': {
      status: 409,
      title: 'The flat can no longer be given back here',
      explanation: 'A tenant withdraws here until the first reminder. Nothing was changed.',
      remedy: 'Call the landlord.',
    },
  },
  notices: {
    'moving-in-welcome': {
      texts: {
        en: {
          subject: (service) => `${service}: your flat is reserved`,
          event: (_service, { tenantName = '', flat = '' }, { deadlines, time }) =>
            `${tenantName}, ${flat} is reserved for you until ${time(deadlines['reservation'])}.`,
          advice: ['Sign the contract and pay the deposit by then.'],
        },
      },
    },
    'moving-in-contract': {
      texts: {
        en: {
          subject: (service) => `${service}: your contract waits for you`,
          event: (_service, { tenantName = '', flat = '' }) => `${tenantName}, the contract for ${flat} is not signed yet.`,
          advice: ['Sign it, so that the flat stays yours.'],
        },
      },
    },
    'moving-in-deposit': {
      texts: {
        en: {
          subject: (service) => `${service}: the deposit has not arrived`,
          event: (_service, { tenantName = '', flat = '' }) => `${tenantName}, we wait for the deposit for ${flat}.`,
          advice: ['If you have paid within the last three days, do nothing.'],
        },
      },
    },
  },
});
