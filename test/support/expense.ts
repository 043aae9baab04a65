/** A workflow with two approvers, who are invited by email, and a backend that pays. It stands for the workflows of other teams. */
import { Type } from '@sinclair/typebox';
import { closed, defineModule, defineWorkflow, messages } from 'verification-workflows';
import { assign, setup } from 'xstate';

const HOUR = 60 * 60 * 1000;

type Approver = 'approver1' | 'approver2';

type Event = { readonly type: 'APPROVE' | 'REJECT'; readonly by: Approver } | { readonly type: 'INVITE_AGAIN' | 'WITHDRAW' | 'PAY' };

const noFields = Type.Object({}, closed);
const Address = Type.String({ minLength: 3, maxLength: 254, format: 'email' });
const bothApprovers = [{ by: 'approver1' }, { by: 'approver2' }] as const;

const invite = (party: Approver) => ({ type: 'invite', params: { party } }) as const;

const expense = defineWorkflow('expense', () => {
  const machine = setup({
    types: {} as { context: { first: boolean; second: boolean }; events: Event },
    actions: {
      invite: (_, _params: { party: Approver }) => {},
      sendMessage: (_, _params: { notice: 'expense-reminder'; to: Approver }) => {},
      refuse: (_, _refusal: { code: 'already-approved' }) => {},
      count: assign(({ context, event }) => ({
        first: context.first || ('by' in event && event.by === 'approver1'),
        second: context.second || ('by' in event && event.by === 'approver2'),
      })),
    },
    guards: {
      isRepeated: ({ context, event }) => 'by' in event && (event.by === 'approver1' ? context.first : context.second),
      isLast: ({ context }) => context.first || context.second,
    },
    delays: { patience: 24 * HOUR, deadline: 48 * HOUR },
  }).createMachine({
    context: { first: false, second: false },
    initial: 'asking',
    states: {
      asking: {
        entry: [invite('approver1'), invite('approver2')],
        after: {
          patience: { actions: { type: 'sendMessage', params: { notice: 'expense-reminder', to: 'approver2' } } },
          deadline: 'expired',
        },
        on: {
          APPROVE: [
            { guard: 'isRepeated', actions: { type: 'refuse', params: { code: 'already-approved' } } },
            { guard: 'isLast', target: 'approved', actions: 'count' },
            { actions: 'count' },
          ],
          REJECT: 'rejected',
          WITHDRAW: 'withdrawn',
          INVITE_AGAIN: { actions: [invite('approver1'), invite('approver2')] },
        },
      },
      approved: { on: { PAY: 'paid', WITHDRAW: 'withdrawn' } },
      paid: { type: 'final' },
      rejected: { type: 'final' },
      expired: { type: 'final' },
      withdrawn: { type: 'final' },
    },
  });
  return {
    collection: 'expenses',
    version: 1,
    description: 'Two people approve an expense, and a backend pays it.',
    machine,
    data: { requester: 'shown', firstApprover: 'sealed', secondApprover: 'sealed', expenseReason: 'shown' },
    parties: {
      approver1: { invited: { to: 'firstApprover', notice: 'expense-asked', until: 'deadline' } },
      approver2: { invited: { to: 'secondApprover', notice: 'expense-asked', until: 'deadline' } },
    },
    differ: [
      ['firstApprover', 'secondApprover'],
      ['requester', 'firstApprover'],
      ['requester', 'secondApprover'],
    ],
    start: {
      body: Type.Object(
        { requester: Address, firstApprover: Address, secondApprover: Address, expenseReason: Type.String({ maxLength: 200 }) },
        closed,
      ),
      events: [null],
    },
    events: {
      APPROVE: {
        description: 'Approves.',
        body: noFields,
        resolver: null,
        sender: ['approver1', 'approver2'],
        senderIn: 'by',
        payloads: bothApprovers,
      },
      REJECT: {
        description: 'Rejects.',
        body: noFields,
        resolver: null,
        sender: ['approver1', 'approver2'],
        senderIn: 'by',
        payloads: bothApprovers,
      },
      INVITE_AGAIN: { description: 'Invites again.', body: noFields, resolver: null, sender: 'holder', payloads: [{}] },
      WITHDRAW: { description: 'Withdraws.', body: noFields, resolver: null, sender: 'holder', payloads: [{}] },
      PAY: { description: 'Pays.', body: noFields, resolver: null, sender: 'client', payloads: [{}] },
    },
    view: {
      schema: Type.Object({ viewer: Type.String(), reason: Type.String(), requester: Type.Optional(Type.String()) }),
      of: ({ masked, viewer }) => ({
        viewer,
        reason: masked['expenseReason'],
        ...(viewer === 'holder' ? {} : { requester: masked['requester'] }),
      }),
    },
    deadlines: { deadline: 'answerBy' },
  };
});

export const expenses = defineModule({
  name: 'expenses',
  needs: [messages()],
  workflows: [expense],
  refusals: {
    'already-approved': {
      status: 409,
      title: 'You have approved already',
      explanation: 'One approver approves once.',
      remedy: 'Wait for the other approver.',
    },
  },
  notices: {
    'expense-asked': {
      texts: {
        en: {
          subject: (service) => `${service}: an expense to approve`,
          event: (_, { requester = '', expenseReason = '' }) => `${requester} asks you to approve an expense: ${expenseReason}.`,
          advice: ['If you do not know the sender, do nothing.'],
          link: 'Approve or reject it:',
        },
      },
    },
    'expense-reminder': {
      texts: {
        en: {
          subject: (service) => `${service}: a reminder`,
          event: () => 'An expense still waits for you.',
          advice: ['If you do not know the sender, do nothing.'],
          link: 'Approve or reject it:',
        },
      },
    },
  },
});
