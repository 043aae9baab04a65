/** The workflow `tool-loan`: an owner lends a tool, a neighbour is invited by mail to accept it, and each of them says when it is back. */
import { Type } from '@sinclair/typebox';
import { closed, Duration, defineFigures, defineModule, defineWorkflow, type FiguresOf, messages } from 'verification-workflows';
import { setup } from 'xstate';

const DAY = 24 * 60 * 60 * 1000;

/** A deployment sets other values in the file that POLICY names. */
const figures = defineFigures({
  loanAnswerMs: {
    schema: Duration('How long the neighbour may leave the invitation unanswered.'),
    default: 2 * DAY,
    reason: 'The owner wants to know before the weekend.',
  },
  loanReminderMs: {
    schema: Duration('The time after the handover at which the neighbour is reminded.'),
    default: 14 * DAY,
    reason: 'Two weeks suffice for one job with a borrowed tool.',
  },
});

const noFields = Type.Object({}, closed);

const workflow = defineWorkflow('tool-loan', ({ loanAnswerMs, loanReminderMs }: FiguresOf<typeof figures>) => ({
  collection: 'tool-loans',
  version: 1,
  description: 'Lends a tool to a neighbour.',
  machine: setup({
    types: {} as {
      events: { type: 'ACCEPT' | 'DECLINE' | 'BRING_BACK' | 'CONFIRM_RETURN' | 'DISPUTE' } | { type: 'INVITE_AGAIN' | 'CALL_OFF' };
    },
    actions: {
      invite: (_, _params: { party: 'borrower' }) => {},
      sendMessage: (_, _message: { notice: string; to: string }) => {},
    },
    delays: { answer: loanAnswerMs, reminder: loanReminderMs },
  }).createMachine({
    id: 'tool-loan',
    initial: 'offered',
    states: {
      offered: {
        description: 'The neighbour has an invitation, and answers it on its page.',
        meta: { screen: 'offer', title: 'A tool for you', help: 'Accept the tool, or leave it to somebody else.' },
        entry: { type: 'invite', params: { party: 'borrower' } },
        after: { answer: 'unanswered' },
        on: {
          ACCEPT: 'lent',
          DECLINE: 'declined',
          // A new invitation revokes the link of the one before.
          INVITE_AGAIN: { target: 'offered', reenter: true },
          CALL_OFF: 'calledOff',
        },
      },
      lent: {
        description: 'The neighbour has the tool.',
        meta: { screen: 'loan', title: 'The tool is lent' },
        initial: 'inUse',
        states: {
          inUse: { after: { reminder: 'reminded' } },
          reminded: { entry: { type: 'sendMessage', params: { notice: 'tool-loan-reminder', to: 'borrower' } } },
        },
        on: { BRING_BACK: 'broughtBack' },
      },
      broughtBack: {
        description: 'The neighbour says that the tool is back. The owner has not confirmed it.',
        meta: { screen: 'loan', title: 'Is the tool back?' },
        entry: { type: 'sendMessage', params: { notice: 'tool-loan-brought-back', to: 'ownerEmail' } },
        on: { CONFIRM_RETURN: 'returned', DISPUTE: 'lent' },
      },
      returned: { type: 'final', description: 'Both say that the tool is back.', meta: { screen: 'done' } },
      declined: { type: 'final', description: 'The neighbour does not need it.', meta: { screen: 'done' } },
      unanswered: { type: 'final', description: 'The neighbour did not answer in time.', meta: { screen: 'done' } },
      calledOff: { type: 'final', description: 'The owner keeps the tool.', meta: { screen: 'done' } },
    },
  }),
  data: { tool: 'shown', ownerEmail: 'masked', borrowerEmail: 'masked' },
  parties: { borrower: { invited: { to: 'borrowerEmail', notice: 'tool-loan-offered' } } },
  // An owner does not lend a tool to themselves.
  differ: [['ownerEmail', 'borrowerEmail']],
  start: {
    body: Type.Object(
      {
        tool: Type.String({ minLength: 1, maxLength: 60, title: 'Tool', examples: ['Hedge trimmer'] }),
        ownerEmail: Type.String({ format: 'email', title: 'Your email address', autocomplete: 'email', examples: ['jane@example.com'] }),
        borrowerEmail: Type.String({ format: 'email', title: 'Email address of the neighbour', examples: ['joe@example.com'] }),
      },
      closed,
    ),
    events: [null],
  },
  events: {
    ACCEPT: { description: 'Takes the tool.', body: noFields, sender: 'borrower', payloads: [{}] },
    DECLINE: { description: 'Does not need the tool.', body: noFields, sender: 'borrower', payloads: [{}] },
    BRING_BACK: { description: 'Says that the tool is back.', body: noFields, sender: 'borrower', payloads: [{}] },
    CONFIRM_RETURN: { description: 'Confirms that the tool is back.', body: noFields, sender: 'holder', payloads: [{}] },
    DISPUTE: { description: 'Says that the tool is not back.', body: noFields, sender: 'holder', payloads: [{}] },
    INVITE_AGAIN: { description: 'Sends the invitation again.', body: noFields, sender: 'holder', payloads: [{}] },
    CALL_OFF: { description: 'Takes the offer back.', body: noFields, sender: 'holder', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ tool: Type.String(), youAre: Type.String(), neighbour: Type.Optional(Type.String()) }),
    // Each of the two sees the address of the other, masked.
    of: ({ masked, viewer }) =>
      viewer === 'borrower'
        ? { tool: masked.tool, youAre: 'the borrower', neighbour: masked.ownerEmail }
        : { tool: masked.tool, youAre: 'the owner', neighbour: masked.borrowerEmail },
  },
  deadlines: { answer: 'answerBy', reminder: 'remindedAt' },
  success: { outcome: 'returned', claims: [] },
  // The same rules in other words. The model test compares the machine with them.
  promises: {
    entries: [
      { states: ['returned'], by: [{ event: 'CONFIRM_RETURN', sender: 'holder' }] },
      {
        states: ['lent.inUse'],
        by: [
          { event: 'ACCEPT', sender: 'borrower' },
          { event: 'DISPUTE', sender: 'holder' },
        ],
      },
    ],
    deadlines: [
      { delay: 'answer', lasts: 'loanAnswerMs', begunBy: [{ event: 'INVITE_AGAIN' }], leadsTo: 'unanswered', shownAs: 'answerBy' },
    ],
    messages: [
      { notice: 'tool-loan-offered', to: 'borrower', on: [{ event: 'start' }, { event: 'INVITE_AGAIN' }] },
      { notice: 'tool-loan-reminder', to: 'borrower', entering: ['lent.reminded'] },
      { notice: 'tool-loan-brought-back', to: 'ownerEmail', entering: ['broughtBack'] },
    ],
  },
}));

export default defineModule({
  name: 'tool-loan',
  needs: [messages()],
  workflows: [workflow],
  figures,
  notices: {
    'tool-loan-offered': {
      texts: {
        en: {
          subject: (service) => `${service}: a neighbour lends you a tool`,
          event: (_service, { tool = '' }, { deadlines, time }) =>
            `You can borrow this for as long as you need it: ${tool}. Answer by ${time(deadlines['answer'])}.`,
          advice: ['If you do not know about it, do nothing.'],
          link: 'Accept or decline:',
        },
      },
    },
    'tool-loan-reminder': {
      texts: {
        en: {
          subject: (service) => `${service}: is the job done?`,
          event: (_service, { tool = '' }) => `Your neighbour would like this back: ${tool}.`,
          advice: ['Say on this page when you have brought it back.'],
          link: 'The loan:',
        },
      },
    },
    'tool-loan-brought-back': {
      texts: {
        en: {
          subject: (service) => `${service}: your tool is back`,
          event: (_service, { tool = '' }) => `Your neighbour says this has been returned: ${tool}.`,
          advice: ['Confirm it, or say that it has not been returned.'],
        },
      },
    },
  },
});
