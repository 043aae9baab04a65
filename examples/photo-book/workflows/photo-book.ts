/** The workflow `photo-book`: a print shop checks and prints a book. The customer may pause the order, and go on where it stood. */
import { Type } from '@sinclair/typebox';
import { backendTask, closed, Duration, defineFigures, defineModule, defineWorkflow, type FiguresOf } from 'verification-workflows';
import { setup } from 'xstate';

const HOUR = 60 * 60 * 1000;

/** A deployment sets other values in the file that POLICY names. */
const figures = defineFigures({
  proofApprovalMs: {
    schema: Duration('How long a customer may look at the proof.'),
    default: 72 * HOUR,
    reason: 'A weekend, so that the family can look at it together.',
  },
});

const noFields = Type.Object({}, closed);

/** The print shop is another backend: its address is the setting PRINT_SHOP_URL, its secret PRINT_SHOP_SECRET. */
const check = backendTask({
  url: 'PRINT_SHOP_URL',
  outcomes: ['printable', 'blurred'],
  data: ['album'],
  answerWithin: 2 * HOUR,
});

const print = backendTask({
  url: 'PRINT_SHOP_URL',
  outcomes: ['printed', 'outOfPaper'],
  input: Type.Object({ cover: Type.String() }),
  data: ['album'],
  answerWithin: 24 * HOUR,
});

const workflow = defineWorkflow('photo-book', ({ proofApprovalMs }: FiguresOf<typeof figures>) => ({
  collection: 'photo-books',
  version: 1,
  description: 'Makes a book of photographs.',
  machine: setup({
    types: {} as { events: { type: 'APPROVE' | 'PAUSE' | 'RESUME' | 'CANCEL' } },
    actors: { check, print },
    delays: { approval: proofApprovalMs },
  }).createMachine({
    id: 'photo-book',
    initial: 'making',
    states: {
      making: {
        meta: { screen: 'order', title: 'Your book' },
        initial: 'checking',
        on: { PAUSE: 'paused', CANCEL: 'cancelled' },
        states: {
          checking: {
            description: 'The print shop looks at the photographs.',
            invoke: {
              id: 'check',
              src: 'check',
              onDone: [{ guard: ({ event }) => event.output.outcome === 'blurred', target: '#photo-book.refused' }, { target: 'proof' }],
              onError: '#photo-book.refused',
            },
          },
          proof: {
            description: 'The customer looks at the proof.',
            meta: { screen: 'proof', title: 'Your proof', help: 'Once you approve it, we print the book.' },
            on: { APPROVE: 'printing' },
            after: { approval: '#photo-book.cancelled' },
          },
          printing: {
            description: 'The print shop prints the book.',
            invoke: {
              id: 'print',
              src: 'print',
              input: { cover: 'linen' },
              // Without paper, the order waits until the customer resumes it.
              onDone: [
                { guard: ({ event }) => event.output.outcome === 'outOfPaper', target: '#photo-book.paused' },
                { target: '#photo-book.printed' },
              ],
              onError: '#photo-book.refused',
            },
          },
          // The step that was under way: its task is requested again, under a new key.
          asBefore: { type: 'history' },
        },
      },
      paused: {
        description: 'The order rests until the customer resumes it.',
        meta: { screen: 'paused', title: 'Your order is paused' },
        on: { RESUME: 'making.asBefore', CANCEL: 'cancelled' },
      },
      printed: { type: 'final', description: 'The book is on its way.', meta: { screen: 'done' } },
      refused: { type: 'final', description: 'The print shop cannot print it.', meta: { screen: 'done' } },
      cancelled: { type: 'final', description: 'The customer does not want the book.', meta: { screen: 'done' } },
    },
  }),
  data: { album: 'shown', trackingCode: 'shown' },
  start: {
    body: Type.Object({ album: Type.String({ minLength: 1, maxLength: 80, title: 'Album', examples: ['Summer at the lake'] }) }, closed),
    events: [null],
  },
  events: {
    APPROVE: { description: 'Approves the proof.', body: noFields, sender: 'holder', payloads: [{}] },
    PAUSE: { description: 'Pauses the order.', body: noFields, sender: 'holder', payloads: [{}] },
    RESUME: { description: 'Goes on with the order.', body: noFields, sender: 'holder', payloads: [{}] },
    CANCEL: { description: 'Cancels the order.', body: noFields, sender: 'holder', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ album: Type.String(), trackingCode: Type.Optional(Type.String()) }),
    // The print shop adds `trackingCode` to the data of its answer.
    of: ({ masked }) => ({ album: masked.album, ...(masked.trackingCode === undefined ? {} : { trackingCode: masked.trackingCode }) }),
  },
  deadlines: { approval: 'approveBy' },
  success: { outcome: 'printed', claims: [] },
  // The same rules in other words. The model test compares the machine with them.
  promises: {
    entries: [{ states: ['printed'], by: [{ task: 'print', outcome: 'printed' }] }],
    deadlines: [{ delay: 'approval', lasts: 'proofApprovalMs', leadsTo: 'cancelled', shownAs: 'approveBy' }],
    taskEnds: [
      { task: 'check', outcome: 'printable', leadsTo: 'making.proof' },
      { task: 'check', outcome: 'blurred', leadsTo: 'refused' },
      { task: 'print', outcome: 'outOfPaper', leadsTo: 'paused' },
    ],
  },
}));

export default defineModule({ name: 'photo-book', workflows: [workflow], figures });
