/** A workflow of a stranger with promises: an invited person approves a request, and is reminded a few times, and when the time is over. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { Duration, defineFigures, type FiguresOf, Limit } from '../../machines/figures.ts';
import { type Detached, detached } from '../../machines/names.ts';
import { closed, type Refusal, type StateMeta, type WorkflowDefinition } from '../../machines/workflow.ts';
import { messages } from '../../src/index.ts';
import { defineModule, type Module } from '../../src/modules/module.ts';

export const approvalFigures = defineFigures({
  remindersPerRequest: { schema: Limit('Reminders of one request.'), default: 2, reason: 'A third one is ignored.' },
  reminderPauseMs: { schema: Duration('The time between two reminders.'), default: 3_600_000, reason: 'A message is read in an hour.' },
  answerMs: { schema: Duration('The time for an answer.'), default: 86_400_000, reason: 'A day.' },
  graceMs: { schema: Duration('The time after the last reminder.'), default: 7_200_000, reason: 'Two hours.' },
});

export type ApprovalFigures = FiguresOf<typeof approvalFigures>;

type ApprovalEvent = { type: 'APPROVE'; signed: boolean } | { type: 'REMIND' } | { type: 'CANCEL' };

const please = { type: 'sendMessage', params: { notice: 'please-answer', to: 'approver' } } as const;

export function approvalMachine(figures: ApprovalFigures) {
  return setup({
    types: {} as { context: { reminders: number }; events: ApprovalEvent; meta: StateMeta },
    guards: {
      isSigned: ({ event }) => event.type === 'APPROVE' && event.signed,
      remindersLeft: ({ context }) => context.reminders < figures.remindersPerRequest,
    },
    actions: {
      sendMessage: detached<Detached<{ notice: 'please-answer'; to: 'approver' }>>(),
      invite: detached<{ party: 'approver' }>(),
      countReminder: assign({ reminders: ({ context }) => context.reminders + 1 }),
      refuse: (_, _refusal: Refusal<'too-many-reminders' | 'reminded-already' | 'not-signed'>) => {},
    },
    delays: { answer: figures.answerMs, reminderPause: figures.reminderPauseMs, grace: figures.graceMs },
  }).createMachine({
    id: 'approval',
    context: { reminders: 0 },
    initial: 'asked',
    on: {
      CANCEL: '.cancelled',
      APPROVE: [{ guard: 'isSigned', target: '.approved' }, { actions: { type: 'refuse', params: { code: 'not-signed' } } }],
    },
    states: {
      asked: {
        initial: 'open',
        entry: { type: 'invite', params: { party: 'approver' } },
        after: { answer: 'overdue' },
        states: {
          open: {
            on: {
              REMIND: [
                { guard: 'remindersLeft', target: 'reminded', actions: ['countReminder', please] },
                { actions: { type: 'refuse', params: { code: 'too-many-reminders' } } },
              ],
            },
          },
          reminded: {
            after: { reminderPause: 'open' },
            on: { REMIND: { actions: { type: 'refuse', params: { code: 'reminded-already', until: 'reminderPause' } } } },
          },
        },
      },
      overdue: { entry: please, after: { grace: 'expired' } },
      approved: { type: 'final' },
      cancelled: { type: 'final' },
      expired: { type: 'final' },
    },
  });
}

const plain = { body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

export const approval = defineWorkflow('approval', (figures: ApprovalFigures) => ({
  collection: 'approvals',
  version: 1,
  description: 'Asks a person for an approval.',
  machine: approvalMachine(figures),
  start: { body: Type.Object({ approverEmail: Type.String({ format: 'email' }) }, closed), events: [null] },
  data: { approverEmail: 'masked' },
  parties: { approver: { invited: { to: 'approverEmail', notice: 'please-answer' } } },
  events: {
    APPROVE: {
      description: 'Approves the request.',
      body: Type.Object({ signed: Type.Boolean() }, closed),
      sender: 'approver',
      payloads: [{ signed: true }, { signed: false }],
    },
    REMIND: { ...plain, description: 'Reminds the person.' },
    CANCEL: { ...plain, description: 'Withdraws the request.' },
  },
  view: { schema: Type.Object({}), of: ({ context }) => ({ reminders: context.reminders }) },
  deadlines: { answer: 'answerBy', reminderPause: 'canRemindAt' },
  success: { outcome: 'approved', claims: [] },
  promises: {
    entries: [{ states: ['approved'], by: [{ event: 'APPROVE', with: { signed: true }, sender: 'approver' }] }],
    endsByItself: true,
    limits: [{ event: 'REMIND', most: 'remindersPerRequest', refusal: 'too-many-reminders' }],
    cooldowns: [{ event: 'REMIND', lasts: 'reminderPauseMs', refusal: 'reminded-already' }],
    deadlines: [
      { delay: 'answer', lasts: 'answerMs', leadsTo: 'overdue', shownAs: 'answerBy' },
      { delay: 'reminderPause', lasts: 'reminderPauseMs', begunBy: [{ event: 'REMIND' }], leadsTo: 'asked.open', shownAs: 'canRemindAt' },
      { delay: 'grace', lasts: 'graceMs', leadsTo: 'expired' },
    ],
    messages: [{ notice: 'please-answer', to: 'approver', on: [{ event: 'start' }, { event: 'REMIND' }], entering: ['overdue'] }],
    counts: { reminders: { most: 'remindersPerRequest' } },
    success: { outcome: 'approved' },
  },
}));

const refused = (title: string) => ({ status: 409, title, explanation: title, remedy: 'Wait.' }) as const;

/** The module of a workflow like this one. */
export const approvalsOf = (workflow: WorkflowDefinition): Module =>
  defineModule({
    name: 'approvals',
    needs: [messages()],
    workflows: [workflow],
    figures: approvalFigures,
    refusals: {
      'too-many-reminders': refused('Reminded too often'),
      'reminded-already': refused('Reminded a moment ago'),
      'not-signed': refused('Not signed'),
    },
    notices: {
      'please-answer': {
        texts: {
          en: { subject: (service) => service, event: () => 'A request waits for you.', advice: ['Answer it.'], link: 'Answer here:' },
        },
      },
    },
  });
