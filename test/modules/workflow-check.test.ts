/** A workflow with a name that no module brings, or that could never run as declared, stops the start of a service with one line. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields } from '../../machines/fields.ts';
import { Limit } from '../../machines/figures.ts';
import { closed, type MachineEvent, type Workflow } from '../../machines/workflow.ts';
import type { ChannelDefinition } from '../../src/delivery/channel.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import type { ModuleDefinition } from '../../src/modules/module.ts';
import { event, loan, type Names, refusal } from './library.ts';

test('a workflow of another module with only known names is accepted', () => {
  expect(refusal({})).toBe('');
});

describe('a workflow is accepted', () => {
  const types = {} as { context: { days: number }; input: { days: number }; events: MachineEvent };
  const lent = (on: object): Partial<Workflow> => ({
    machine: setup({ types }).createMachine({
      id: 'book-loan',
      context: ({ input }: { input: { days: number } }) => ({ days: input.days }),
      initial: 'lent',
      on,
      states: { lent: { on: { RETURN: 'returned', EXTEND: {} } }, returned: { type: 'final' } },
    } as never) as unknown as Workflow['machine'],
    start: { body: Type.Object({}, closed), resolver: 'loan', events: [null], inputs: [{ days: 7 }, { days: 14 }] },
    deadlines: {},
  });

  const shelf = defineWorkflow('book-shelf', () => {
    const { name: _, ...shelved } = loan().of({});
    return { ...shelved, collection: 'shelves', children: { 'book-loan': { shares: {} } } };
  });

  test('whose context and view read the input of its machine', () => {
    const view: Workflow['view'] = {
      schema: Type.Object({}),
      of: ({ context, masked }) => ({ days: context['days'], by: masked['title'] ?? null }),
    };
    expect(refusal({ workflows: [loan({}, { ...lent({ CANCEL: '.returned' }), view })] })).toBe('');
  });

  test('only if its view can show the session of each input', () => {
    const of: Workflow['view']['of'] = ({ masked, context }) => ({ by: masked[context['days'] === 14 ? 'titel' : 'title'] ?? null });
    expect(refusal({ workflows: [loan({}, { ...lent({ CANCEL: '.returned' }), view: { schema: Type.Object({}), of } })] })).toBe(
      "Workflow 'book-loan': no module brings the detail 'titel', which the view shows",
    );
  });

  test.each(['CANCEL', 'CANCEL.*', '*'])('that hears its event CANCEL as %s, also as a child', (descriptor) => {
    const child = loan({}, lent({ [descriptor]: '.returned' }));
    expect(refusal({ workflows: [child, shelf] })).toBe('');
  });

  test.each(['CANCEL_ALL.*', 'CANC.*', 'CANCEL*'])('only if it hears its event CANCEL, which %s does not', (descriptor) => {
    const child = loan({}, lent({ [descriptor]: '.returned' }));
    const lines = refusal({ workflows: [child, shelf] }).split('\n');
    expect(lines).toContain("Workflow 'book-loan': no state of the machine hears the event CANCEL");
    if (descriptor === 'CANCEL*')
      expect(lines).toContain("Workflow 'book-loan': no event fits the pattern 'CANCEL*': a pattern is * or ends in .*, such as ORDER.*");
    expect(lines).toContain("Workflow 'book-shelf': the child 'book-loan' does not hear CANCEL");
  });
});

describe('an unknown name is refused in one line', () => {
  test.each<[string, Names | Partial<Workflow>, string]>([
    ['a resolver of the start', { resolver: 'lone' }, "Workflow 'book-loan': no module brings the resolver 'lone', named by the start"],
    [
      'a resolver of an event',
      { eventResolver: 'lone' },
      "Workflow 'book-loan': no module brings the resolver 'lone', named by the event EXTEND",
    ],
    ['a task that is invoked', { invoked: 'reserv' }, "Workflow 'book-loan', state 'reserving': no module brings the task 'reserv'"],
    ['a task as an action', { action: 'sendMail' }, "Workflow 'book-loan', state 'lent': no module brings the task 'sendMail'"],
    ['a refusal', { refusal: 'lend' }, "Workflow 'book-loan', state 'lent': no module brings the refusal 'lend'"],
    ['a notice', { notice: 'book-lend' }, "Workflow 'book-loan', state 'lent': no module brings the notice 'book-lend'"],
    [
      'the end of a refusal',
      { until: 'lone' },
      "Workflow 'book-loan', state 'lent': the refusal 'lent' ends with the delay 'lone', which the machine does not define",
    ],
    ['a guard', { guard: 'isFre' }, "Workflow 'book-loan', state 'lent': the machine has no guard 'isFre'"],
    ['a delay', { delay: 'lone' }, "Workflow 'book-loan', state 'lent': the machine has no delay 'lone'"],
    [
      'an event without a sender',
      { heard: 'RETURNED' },
      "Workflow 'book-loan': the machine hears the event 'RETURNED', which nobody sends: it is no event of the workflow",
    ],
  ])('%s', (_, names, line) => {
    expect(refusal({ workflows: [loan(names as Names)] })).toBe(line);
  });

  test.each<[string, Partial<Workflow>, string]>([
    ['a deadline', { deadlines: { lone: 'dueAt' } }, "the machine has no delay 'lone', named as a deadline"],
    ['a claim', { success: { outcome: 'returned', claims: ['titel'] } }, "no module brings the claim 'titel'"],
    ['a success', { success: { outcome: 'lent', claims: [] } }, "the success 'lent' is no final state"],
    ['a secret', { secrets: ['titel'] }, "no module brings the detail 'titel', named as a secret"],
    [
      'a detail of the view',
      { view: { schema: Type.Object({}), of: ({ masked }) => ({ title: masked['titel'] ?? null }) } },
      "no module brings the detail 'titel', which the view shows",
    ],
    [
      'a view that fails',
      { view: { schema: Type.Object({}), of: () => ({ title: (undefined as never)['x'] }) } },
      'the view of a new session fails',
    ],
    [
      'a child',
      { children: { 'email-verifikation': { shares: {} } } },
      "no module brings the workflow 'email-verifikation', named as a child",
    ],
    [
      'an event that is withheld from a child',
      { children: { 'email-verification': { shares: {}, withholds: ['CHANGE_MAIL'] } } },
      "the child 'email-verification' has no event 'CHANGE_MAIL', which is withheld from it",
    ],
    [
      'the event CANCEL, withheld from a child',
      { children: { 'email-verification': { shares: {}, withholds: ['CANCEL'] } } },
      "the event CANCEL cannot be withheld from the child 'email-verification'",
    ],
    ['a child that only an agent starts', { children: { 'support-access': { shares: {} } } }, 'which only an agent may start'],
    [
      'an event that no state hears',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, RENEW: event } },
      'no state of the machine hears the event RENEW',
    ],
    [
      'a start without events',
      { start: { body: noFields, resolver: null, events: [] } },
      'the start has no first event; a start without a first event has the events [null]',
    ],
    [
      'a start without inputs',
      { start: { body: noFields, resolver: null, events: [null], inputs: [] } },
      'the start has no input; a machine without input has no inputs',
    ],
    [
      'an event without payloads',
      { events: { RETURN: { ...event, payloads: [] }, EXTEND: event, CANCEL: event } },
      'the event RETURN has no payload; an event without fields has the payload {}',
    ],
    [
      'an event in small letters',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, renew: event } },
      "the event 'renew' must be in capitals",
    ],
    [
      'an event with an address of the service',
      { events: { RETURN: event, EXTEND: event, CANCEL: event, HISTORY: event } },
      "the event 'HISTORY' needs an address that the service already uses",
    ],
    [
      'a collection of another workflow',
      { collection: 'email-verifications' },
      "the collection 'email-verifications' is also that of email-verification",
    ],
    ['a collection with capitals', { collection: 'bookLoans' }, "the collection 'bookLoans' must be in kebab-case"],
    ['a collection that is an address of the service', { collection: 'me' }, "the collection 'me' is an address of the service"],
    [
      'an event of a holder whom no session has',
      { start: { by: 'agent', body: noFields, resolver: null, events: [null] } },
      "the holder can't send the event",
    ],
    [
      'a second factor of a holder',
      { events: { RETURN: { ...event, secondFactor: true }, EXTEND: event, CANCEL: event } },
      'only an owner has a second factor',
    ],
  ])('%s', (_, changes, fault) => {
    const lines = refusal({ workflows: [loan({}, changes)] }).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^Workflow 'book-loan'(, state '[^']+')?: /));
    expect(lines.join('\n')).toContain(fault);
  });
});

describe('owners of accounts are recognised by a module, without which is refused', () => {
  test.each<[string, Partial<Workflow>, string]>([
    [
      'an event of theirs',
      { events: { RETURN: { ...event, sender: 'owner' }, EXTEND: event, CANCEL: event } },
      "no module recognises owners of accounts, who send the event RETURN: add the module accounts() to 'needs'",
    ],
    [
      'a start by them',
      { start: { by: 'owner', body: noFields, resolver: null, events: [null] } },
      "no module recognises owners of accounts, who alone may start it: add the module accounts() to 'needs'",
    ],
    [
      'a login',
      { success: { outcome: 'returned', login: () => ({ methods: [], codeBy: null }), claims: [] } },
      "a login needs a module that recognises owners of accounts: add the module accounts() to 'needs'",
    ],
  ])('%s', (_, changes, fault) => {
    const owned = loan({}, changes);
    expect(refusal({ workflows: [owned] })).toBe('');
    expect(refusal({ workflows: [owned] }, builtInModules().slice(0, 1))).toBe(`Workflow 'book-loan': ${fault}`);
  });
});

test.each(['collection', 'version', 'description', 'machine', 'start', 'events', 'view', 'deadlines'])(
  'a workflow without %s is refused in one line',
  (member) => {
    const { name: _, ...whole } = loan().of({});
    const partial = defineWorkflow('book-loan', () => ({ ...whole, [member]: undefined }) as typeof whole);
    expect(refusal({ workflows: [partial] })).toBe(`Workflow 'book-loan': it cannot be made: it has no '${member}': add what is missing`);
  },
);

test('a name that is not in kebab-case is refused', () => {
  const { name: _, ...named } = loan().of({});
  expect(refusal({ workflows: [defineWorkflow('bookLoan', () => named)] })).toBe("Workflow 'bookLoan': the name must be in kebab-case");
});

test('a figure that a workflow reads and no module brings is refused in one line', () => {
  const { of } = loan();
  const reading = defineWorkflow('book-loan', (figures: { readonly loanMs: number }) => ({
    ...of({}),
    description: `For ${figures.loanMs} ms.`,
  }));
  expect(refusal({ workflows: [reading] })).toBe("Workflow 'book-loan': no module brings the figure 'loanMs'");
  const loanMs = { schema: Limit('How long.'), default: 5, reason: 'Five.' };
  expect(refusal({ workflows: [reading], figures: { loanMs } })).toBe('');
});

describe('a channel or a provider with a name that no module brings is refused', () => {
  const fax: ChannelDefinition = {
    title: 'Fax',
    detail: 'title',
    limits: 'number',
    parts: ['text'],
    languages: ['en'],
    render: () => ({ subject: null, text: '', html: null }),
  };
  const open = () => Promise.reject(new Error('No provider is opened here'));

  test.each<[string, Partial<ModuleDefinition<undefined, undefined>>, string]>([
    ['none', { channels: { fax }, providers: { line: { channels: () => ['fax', 'sms'], open } } }, ''],
    [
      'the channel of a provider',
      { channels: { fax }, providers: { line: { channels: () => ['facs'], open } } },
      "No module brings the channel 'facs', which the provider 'line' serves",
    ],
    [
      'the detail of a channel',
      { channels: { fax: { ...fax, detail: 'titel' } } },
      "No module brings the detail 'titel', to which the channel 'fax' sends",
    ],
  ])('%s', (_, changes, line) => {
    expect(refusal(changes)).toBe(line);
  });
});

describe('wrong figures are refused', () => {
  const figure = { schema: Limit('How many.'), default: 5, reason: 'Five.' };
  test.each<[string, Partial<ModuleDefinition<undefined, undefined>>, string]>([
    ['a default beyond its schema', { figures: { books: { ...figure, default: 0 } } }, "The figure 'books' cannot be 0"],
    ['a fraction', { figures: { books: { ...figure, default: 1.5 } } }, "The figure 'books' cannot be 1.5"],
    ['no number', { figures: { books: { ...figure, default: Number.NaN } } }, "The figure 'books' cannot be NaN"],
    [
      'a strict value beyond its schema',
      { figures: { books: { ...figure, strict: { value: 101, reason: '' } } } },
      "The figure 'books' cannot be 101",
    ],
    [
      'two in the wrong order',
      { figures: { few: figure, many: figure }, order: [['few', 'many']] },
      "The figure 'few' must be smaller than 'many'",
    ],
    [
      'an order of what is not there',
      { order: [['few', 'sessionLifetimeMs']] },
      "The order of figures names the figure 'few', which no module brings",
    ],
    [
      'the name of another module’s',
      { figures: { guessesPerCode: figure } },
      "The figure 'guessesPerCode' is brought by the modules 'codes' and 'library'",
    ],
  ])('%s', (_, changes, line) => {
    expect(refusal(changes)).toContain(line);
    expect(refusal(changes).split('\n')).toHaveLength(1);
  });
});
