/**
 * A misspelt name of each kind is an error of the compiler, in a module and in those that need it. The compiler checks this file: each
 * `@ts-expect-error` is an error itself if the line below it compiles. The same statement with the right name stands above it and compiles.
 */
import { Type } from '@sinclair/typebox';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow, defineWorkflowWith } from '../../machines/define-workflow.ts';
import { emailVerification } from '../../machines/email-verification-interface.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { Duration, defineFigures, type FiguresOf } from '../../machines/figures.ts';
import { loginVerification } from '../../machines/login-verification-interface.ts';
import { detached } from '../../machines/names.ts';
import { task } from '../../machines/workflow.ts';
import { noticesOf } from '../../src/delivery/notice-text.ts';
import type { TaskHandler } from '../../src/engine/ports.ts';
import { accounts } from '../../src/modules/accounts/accounts.ts';
import { codes } from '../../src/modules/codes/codes.ts';
import { messages } from '../../src/modules/messages/messages.ts';
import { defineModule } from '../../src/modules/module.ts';
import { defineVocabulary } from '../../src/modules/vocabulary.ts';

const figures = defineFigures({
  loanMs: { schema: Duration('How long a book is lent.'), default: 60_000, reason: 'A book is short.' },
});
const lent = { status: 409, title: 'The book is lent', explanation: 'Somebody has it.', remedy: 'Wait.' } as const;

const words = defineVocabulary({
  needs: [messages()],
  figures,
  refusals: { lent },
  notices: { reminder: { texts: { en: { subject: () => 'A book', event: (_, { reader = '' }) => reader, advice: [] } } } },
  details: { reader: 'shown', readerEmail: 'hidden' },
  claims: { loan: ({ reader }) => ({ reader }) },
});

const set = setup({
  types: {} as { events: { type: 'RETURN' } | { type: 'EXTEND' } },
  actors: { reserve: task<undefined>() },
  actions: { refuse: words.refuse, sendMessage: words.sendMessage, orderTaxi: detached() },
  delays: { loan: 60_000 },
});
const machine = set.createMachine({
  id: 'loan',
  initial: 'reserving',
  states: {
    reserving: { invoke: { id: 'reserve', src: 'reserve', onDone: 'lent', onError: 'returned' } },
    lent: {
      entry: [{ type: 'sendMessage', params: { notice: 'reminder', to: 'readerEmail' } }, 'orderTaxi'],
      after: { loan: 'returned' },
      on: { RETURN: 'returned', EXTEND: { actions: { type: 'refuse', params: { code: 'lent', until: 'loan' } } } },
    },
    returned: { type: 'final' },
  },
});

const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;
const start = { body: noFields, resolver: 'reader', events: [null] } as const;
const view = { schema: Type.Object({}), of: () => ({}) };
const rest = { collection: 'loans', version: 1, description: 'Lends a book.', machine, deadlines: { loan: 'dueAt' } } as const;

const loan = defineWorkflowWith('loan', words, (policy: FiguresOf<typeof figures>) => ({
  ...rest,
  description: `Lends a book for ${policy.loanMs} ms.`,
  start,
  events: { RETURN: event, EXTEND: { ...event, resolver: 'extension' } },
  secrets: ['readerEmail'],
  view: { schema: Type.Object({}), of: ({ masked }) => ({ reader: masked.reader ?? null }) },
  success: { outcome: 'returned', claims: ['loan'] },
}));

const resolver = { start: () => ({ event: null, personal: {} }), event: () => ({ payload: {} }) };
const done: TaskHandler = { run: async () => ({ outcome: 'done' }) };
const library = {
  name: 'library',
  vocabulary: words,
  resolvers: { reader: resolver, extension: resolver },
  tasks: { reserve: done, orderTaxi: done },
};

test('the right names compile, without type arguments', () => {
  const module = defineModule({ ...library, workflows: [loan] });
  expect(module.workflows).toEqual([loan]);
  expect(Object.keys(module.details ?? {})).toEqual(['reader', 'readerEmail']);
  expect(module.needs?.map(({ name }) => name)).toEqual(['messages']);
});

test('a module knows the names of the modules that it needs, and of those that these need', () => {
  const shelf = defineWorkflow('shelf', () => ({
    ...rest,
    start,
    events: { RETURN: { ...event, resolver: 'linkAccount' }, EXTEND: event },
    view,
    secrets: ['newEmail', 'phone'],
    success: { outcome: 'returned', claims: ['email'] },
  }));
  const needs = [defineModule({ ...library, workflows: [loan] }), accounts()] as const;
  expect(defineModule({ name: 'shelves', needs, workflows: [shelf] }).name).toBe('shelves');
  // @ts-expect-error: Workflow 'shelf': no module brings the claim 'email', the resolver 'linkAccount' …
  expect(defineModule({ name: 'shelves', needs: [messages()], workflows: [shelf] }).name).toBe('shelves');
});

test('the built-in workflows name only the refusals and notices of their own modules', () => {
  type Used<Definition extends { readonly uses?: object }> = NonNullable<Definition['uses']>;
  type OfCodes =
    | 'code-expired'
    | 'code-limit'
    | 'code-still-valid'
    | 'landline-needs-voice'
    | 'resend-too-soon'
    | 'same-destination'
    | 'send-limit'
    | 'too-many-attempts'
    | 'wrong-code';
  expectTypeOf<Used<typeof emailVerification>['refusal']>().toEqualTypeOf<OfCodes>();
  expectTypeOf<Used<typeof emailVerification>['notice']>().toEqualTypeOf<never>();
  expectTypeOf<Used<typeof loginVerification>['refusal']>().toEqualTypeOf<
    | OfCodes
    | 'account-changed'
    | 'cloned-credential'
    | 'factor-changed'
    | 'factor-too-weak'
    | 'foreign-credential'
    | 'invalid-credentials'
    | 'no-such-factor'
    | 'unknown-credential'
    | 'wrong-factor'
    | 'wrong-link-value'
  >();
  expectTypeOf<Used<typeof loginVerification>['notice']>().toEqualTypeOf<
    | 'new-device'
    | 'wrong-code'
    | 'password-locked'
    | 'email-changed'
    | 'phone-changed'
    | 'password-changed'
    | 'factor-added'
    | 'factor-running-out'
    | 'factor-used'
    | 'wrong-factor'
  >();
  expect([emailVerification.name, loginVerification.name]).toEqual(['email-verification', 'login-verification']);
});

test('the names of notices are those of their texts, and include those of attacks', () => {
  const text = { subject: () => '', event: () => '', advice: [] };
  const notices = noticesOf({ en: { locked: text, changed: text } }, { ofAttack: ['locked'] });
  expectTypeOf<keyof typeof notices>().toEqualTypeOf<'locked' | 'changed'>();
  // @ts-expect-error: looked
  expect(noticesOf({ en: { locked: text, changed: text } }, { ofAttack: ['looked'] })).toEqual({
    locked: { texts: { en: text } },
    changed: { texts: { en: text } },
  });
  expect(Object.keys(notices)).toEqual(['locked', 'changed']);
});

describe('the compiler refuses a misspelt', () => {
  test('refusal, notice and address of a message, in the state', () => {
    set.createStateConfig({ on: { EXTEND: { actions: { type: 'refuse', params: { code: 'lent' } } } } });
    // @ts-expect-error: lend
    set.createStateConfig({ on: { EXTEND: { actions: { type: 'refuse', params: { code: 'lend' } } } } });
    set.createStateConfig({ entry: { type: 'sendMessage', params: { notice: 'reminder', to: 'readerEmail' } } });
    // @ts-expect-error: remind
    set.createStateConfig({ entry: { type: 'sendMessage', params: { notice: 'remind', to: 'readerEmail' } } });
    expect(set.createStateConfig({ entry: { type: 'sendMessage', params: { notice: 'reminder', to: 'readerEmail' } } })).toBeDefined();
    // @ts-expect-error: readerMail
    expect(set.createStateConfig({ entry: { type: 'sendMessage', params: { notice: 'reminder', to: 'readerMail' } } })).toBeDefined();
  });

  test('refusal, notice or detail that is not in the module', () => {
    const { vocabulary: _, ...without } = library;
    const all = {
      refusals: { lent },
      notices: { reminder: { texts: { en: { subject: () => '', event: () => '', advice: [] } } } },
    } as const;
    const details = { reader: 'shown', readerEmail: 'hidden' } as const;
    const brought = { ...without, needs: [messages()] as const, figures, claims: { loan: () => ({}) } };
    expect(defineModule({ ...brought, ...all, details, workflows: [loan] }).name).toBe('library');
    expect(defineModule({ ...brought, ...all, refusals: { lent }, details, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the refusal 'lent'
    expect(defineModule({ ...brought, ...all, refusals: { lend: lent }, details, workflows: [loan] })).toBeDefined();
    expect(defineModule({ ...brought, ...all, notices: { reminder: all.notices.reminder }, details, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the notice 'reminder'
    expect(defineModule({ ...brought, ...all, notices: { remind: all.notices.reminder }, details, workflows: [loan] })).toBeDefined();
    expect(defineModule({ ...brought, ...all, details: { reader: 'shown', readerEmail: 'hidden' }, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the detail 'readerEmail'
    expect(defineModule({ ...brought, ...all, details: { reader: 'shown', readerMail: 'hidden' }, workflows: [loan] })).toBeDefined();
  });

  test('resolver of a start and of an event', () => {
    expect(defineModule({ ...library, resolvers: { reader: resolver, extension: resolver }, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the resolver 'reader'
    expect(defineModule({ ...library, resolvers: { readr: resolver, extension: resolver }, workflows: [loan] })).toBeDefined();
    expect(defineModule({ ...library, resolvers: { reader: resolver, extension: resolver }, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the resolver 'extension'
    expect(defineModule({ ...library, resolvers: { reader: resolver, extensions: resolver }, workflows: [loan] })).toBeDefined();
  });

  test('task, invoked or detached', () => {
    expect(defineModule({ ...library, tasks: { reserve: done, orderTaxi: done }, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the task 'reserve'
    expect(defineModule({ ...library, tasks: { reserves: done, orderTaxi: done }, workflows: [loan] })).toBeDefined();
    expect(defineModule({ ...library, tasks: { reserve: done, orderTaxi: done }, workflows: [loan] })).toBeDefined();
    // @ts-expect-error: no module brings the task 'orderTaxi'
    expect(defineModule({ ...library, tasks: { reserve: done, orderTaxis: done }, workflows: [loan] })).toBeDefined();
  });

  test('figure, in the machine, in an order and in a module', () => {
    expect(defineWorkflowWith('x', words, ({ loanMs }) => ({ ...rest, start, events: {}, view, version: loanMs })).name).toBe('x');
    // @ts-expect-error: loneMs
    expect(defineWorkflowWith('x', words, ({ loneMs }) => ({ ...rest, start, events: {}, view, version: loneMs })).name).toBe('x');
    expect(defineModule({ name: 'x', figures, order: [['loanMs', 'sessionLifetimeMs']] })).toBeDefined();
    // @ts-expect-error: loneMs
    expect(defineModule({ name: 'x', figures, order: [['loneMs', 'sessionLifetimeMs']] })).toBeDefined();
    const right = defineWorkflow('x', (policy: { loanMs: number }) => ({ ...rest, start, events: {}, view, version: policy.loanMs }));
    expect(defineModule({ ...library, workflows: [right] })).toBeDefined();
    const reading = defineWorkflow('x', (policy: { loneMs: number }) => ({ ...rest, start, events: {}, view, version: policy.loneMs }));
    // @ts-expect-error: no module brings the figure 'loneMs'
    expect(defineModule({ ...library, workflows: [reading] })).toBeDefined();
  });

  test('detail, in the view, as a secret, in a notice and in a claim', () => {
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view: { ...view, of: ({ masked }) => ({ of: masked.reader }) } }));
    // @ts-expect-error: raeder
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view: { ...view, of: ({ masked }) => ({ of: masked.raeder }) } }));
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view, secrets: ['reader'] }));
    // @ts-expect-error: raeder
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view, secrets: ['raeder'] }));
    defineModule({ name: 'x', details: { reader: 'shown' }, claims: { loan: ({ reader }) => ({ reader }) } });
    // @ts-expect-error: raeder
    defineModule({ name: 'x', details: { reader: 'shown' }, claims: { loan: ({ raeder }) => ({ raeder }) } });
    const advice: string[] = [];
    const subject = () => '';
    const details = { reader: 'shown' } as const;
    const text = { subject, advice };
    defineModule({ name: 'x', details, notices: { loan: { texts: { en: { ...text, event: (_, { reader }) => `${reader}` } } } } });
    // @ts-expect-error: raeder
    defineModule({ name: 'x', details, notices: { loan: { texts: { en: { ...text, event: (_, { raeder }) => `${raeder}` } } } } });
    expect(details).toEqual({ reader: 'shown' });
  });

  test('claim', () => {
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view, success: { outcome: 'returned', claims: ['loan'] } }));
    // @ts-expect-error: lone
    defineWorkflowWith('x', words, () => ({ ...rest, start, events: {}, view, success: { outcome: 'returned', claims: ['lone'] } }));
    const right = defineWorkflow('x', () => ({ ...rest, start, events: {}, view, success: { outcome: 'returned', claims: ['loan'] } }));
    expect(defineModule({ ...library, workflows: [right] })).toBeDefined();
    const claiming = defineWorkflow('x', () => ({ ...rest, start, events: {}, view, success: { outcome: 'returned', claims: ['lone'] } }));
    // @ts-expect-error: no module brings the claim 'lone'
    expect(defineModule({ ...library, workflows: [claiming] })).toBeDefined();
  });

  test('channel of a provider', () => {
    const open = async () => ({ sends: () => Promise.reject(new Error('never')) as never });
    expect(defineModule({ name: 'x', needs: [codes()], providers: { owl: { channels: () => ['email'], open } } })).toBeDefined();
    expect(defineModule({ name: 'x', needs: [codes()], providers: { owl: { channels: () => ['email'], open } } })).toBeDefined();
    // @ts-expect-error: e-mail
    expect(defineModule({ name: 'x', needs: [codes()], providers: { owl: { channels: () => ['e-mail'], open } } })).toBeDefined();
  });

  test('child', () => {
    const rightParent = setup({ actors: { 'email-verification': task<object>() } }).createMachine({});
    const wrongParent = setup({ actors: { 'email-verificaton': task<object>() } }).createMachine({});
    const waiting = { ...rest, deadlines: {}, start: { ...start, resolver: null }, events: {}, view } as const;
    const right = defineWorkflow('x', () => ({ ...waiting, machine: rightParent, children: { 'email-verification': { shares: {} } } }));
    const wrong = defineWorkflow('x', () => ({ ...waiting, machine: wrongParent, children: { 'email-verificaton': { shares: {} } } }));
    expect(defineModule({ name: 'x', needs: [codes()], workflows: [right] })).toBeDefined();
    // @ts-expect-error: no module brings the workflow 'email-verificaton'
    expect(defineModule({ name: 'x', needs: [codes()], workflows: [wrong] })).toBeDefined();
  });
});
