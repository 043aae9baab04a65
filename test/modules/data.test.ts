/**
 * The data of a workflow: a fault stops the start with one line, and a misspelt name is an error of the compiler. Each `@ts-expect-error`
 * is an error itself if the line below it compiles.
 */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields } from '../../machines/fields.ts';
import { closed, type DataMask, type MachineEvent, type Workflow } from '../../machines/workflow.ts';
import { messages } from '../../src/modules/messages/messages.ts';
import { defineModule } from '../../src/modules/module.ts';
import { designOf } from '../../src/service/design.ts';

const machine = setup({
  types: {} as { events: { type: 'ASK'; guests: number } | { type: 'CHANGE'; guests: number } | { type: 'CANCEL' } },
  actions: { sendMessage: (_, _message: { notice: string; to: string }) => {} },
}).createMachine({
  id: 'table',
  initial: 'waiting',
  states: {
    waiting: { on: { ASK: 'asked', CANCEL: 'cancelled' } },
    asked: { entry: { type: 'sendMessage', params: { notice: 'asked', to: 'guestEmail' } }, on: { CHANGE: {}, CANCEL: 'cancelled' } },
    cancelled: { type: 'final' },
  },
});

const fields = { guestName: Type.String(), guestEmail: Type.String({ format: 'email' }), guests: Type.Integer() };
const cancel = { description: 'Cancels.', body: noFields, sender: 'holder', payloads: [{}] } as const;
const change = { ...cancel, body: Type.Object({ guests: Type.Integer() }, closed), payloads: [{ guests: 1 }] };

function table(changes: Partial<Omit<Workflow, 'data'>> & { readonly data?: object } = {}) {
  return defineWorkflow('table', () => ({
    collection: 'tables',
    version: 1,
    description: 'Holds a table.',
    machine,
    data: { guestName: 'shown', guestEmail: 'masked' },
    start: { body: Type.Object(fields, closed), events: [{ type: 'ASK', guests: 1 }] },
    events: { CHANGE: change, CANCEL: cancel },
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
    ...(changes as object),
  }));
}

const asked = { texts: { en: { subject: () => 'Asked', event: () => 'A table was asked for.', advice: [] } } };

/** @returns the lines that refuse the service; empty if it is accepted */
function refusal(changes: Parameters<typeof table>[0] = {}): string {
  try {
    const desk = defineModule({ name: 'desk', needs: [messages()], workflows: [table(changes)], notices: { asked } });
    designOf({ modules: [desk], config: { LOG_LEVEL: 'silent' } });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const start = (body: object, events: readonly (MachineEvent | null)[] = [{ type: 'ASK', guests: 1 }]) => ({
  start: { body: Type.Object(body as Workflow['start']['body']['properties'], closed), events },
});

describe('the start of a service', () => {
  test('takes a workflow whose fields are data or payload', () => {
    expect(refusal()).toBe('');
    // A field can be both.
    expect(refusal({ data: { guestName: 'shown', guestEmail: 'sealed', guests: 'shown' } })).toBe('');
    expect(refusal(start({ ...fields, device: Type.Object({}), locale: Type.String() }))).toBe('');
  });

  test.each([
    [
      "the start does not use its field 'note': name it in `data`, or in the payloads of ASK, or name a resolver",
      start({ ...fields, note: Type.String() }),
    ],
    [
      "the start does not use its field 'guestName': name it in `data`, or in the payloads of ASK, or name a resolver",
      { data: { guestNam: 'shown', guestEmail: 'masked' } },
    ],
    [
      "the event CHANGE does not use its field 'note': name it in `data`, or in the payloads of CHANGE, or name a resolver",
      { events: { CANCEL: cancel, CHANGE: { ...change, body: Type.Object({ guests: Type.Integer(), note: Type.String() }, closed) } } },
    ],
    [
      'the start can have several first events (ASK, none): name a resolver that chooses, or keep one type',
      start(fields, [{ type: 'ASK', guests: 1 }, null]),
    ],
    [
      "the start has no field 'guests' for the payload of ASK: add the field, or name a resolver",
      start({ guestName: Type.String(), guestEmail: Type.String() }),
    ],
    [
      "the event CHANGE passes on its field 'guests' as payload, so the field must be a text, a number or a boolean",
      { events: { CANCEL: cancel, CHANGE: { ...change, body: Type.Object({ guests: Type.Array(Type.Integer()) }, closed) } } },
    ],
    [
      "the data 'guestName' is 'show'; it can be shown, masked, email, phone, sealed, or a function",
      { data: { guestName: 'show', guestEmail: 'masked' } },
    ],
    [
      "the data cannot keep the field 'accountId', which says whose a session is: give it another name",
      { data: { guestName: 'shown', guestEmail: 'masked', accountId: 'shown' } },
    ],
    [
      "the data cannot keep the field 'agentKey', which says whose a session is: give it another name",
      { data: { guestName: 'shown', guestEmail: 'masked', agentKey: 'shown' } },
    ],
    [
      "the data cannot keep the field '@client': '@' begins the names of the service",
      { data: { guestName: 'shown', guestEmail: 'masked', '@client': 'shown' } },
    ],
    ["the start has a field of the unknown format 'e-mail'", start({ ...fields, guestEmail: Type.String({ format: 'e-mail' }) })],
    [
      "state 'asked': no module brings the detail 'guestEmail', which has the address of a message, and no party of the workflow has this name",
      { data: { guestName: 'shown' }, ...start({ guestName: Type.String(), guests: Type.Integer() }) },
    ],
    [
      "no module brings the detail 'guest', which the view shows",
      {
        view: { schema: Type.Object({}), of: ({ masked }: { masked: Record<string, unknown> }) => ({ ...masked, guest: masked['guest'] }) },
      },
    ],
    ["no module brings the detail 'guest', named as a secret", { secrets: ['guest'] }],
  ])('stops with the line: %s', (line, changes) => {
    const lines = refusal(changes as Parameters<typeof table>[0]).split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toBe(line.startsWith('state') ? `Workflow 'table', ${line}` : `Workflow 'table': ${line}`);
  });
});

test('a screen whose title is no text stops the start with one line', () => {
  const screened = (title: unknown) =>
    refusal({
      machine: setup({}).createMachine({
        id: 'table',
        initial: 'waiting',
        states: { waiting: { meta: { screen: 'wait', title }, on: { ASK: {}, CHANGE: {}, CANCEL: {} } } },
      }),
    });
  expect(screened('Wait')).toBe('');
  expect(screened({ en: 'Wait', de: 'Warten' })).toBe('');
  expect(screened({ de: 'Warten' })).toBe(
    "Workflow 'table', state 'waiting': the title of the screen must be a text, or texts by language with `en` among them",
  );
});

describe('the compiler', () => {
  const rest = { collection: 'tables', version: 1, description: 'Holds a table.', machine, deadlines: {} } as const;
  const events = { CHANGE: change, CANCEL: cancel } as const;
  const body = Type.Object(fields, closed);
  const first = { body, events: [{ type: 'ASK', guests: 1 }] } as const;

  test('knows the data in the view, in notices and in claims', () => {
    const right = defineWorkflow('table', () => ({
      ...rest,
      data: { guestName: 'shown', guestEmail: 'masked', guests: 'shown' },
      start: first,
      events,
      secrets: ['guestName'],
      view: {
        schema: Type.Object({}),
        of: ({ masked }) => {
          const guests: number | string | undefined = masked.guests;
          return { name: masked.guestName?.toUpperCase() ?? null, guests };
        },
      },
    }));
    const text = {
      subject: () => 'Asked',
      event: (_: string, { guestName = '' }: { readonly guestName?: string }) => guestName,
      advice: [],
    };
    const desk = { name: 'desk', needs: [messages()], workflows: [right] } as const;
    expect(defineModule({ ...desk, notices: { asked: { texts: { en: text } } } }).name).toBe('desk');
    expect(defineModule({ ...desk, notices: { asked }, claims: { guest: ({ guestName = '' }) => ({ guest: guestName }) } }).name).toBe(
      'desk',
    );
    expect(
      defineModule({
        ...desk,
        notices: { asked },
        // @ts-expect-error: no workflow keeps 'guestNam'
        claims: { guest: ({ guestNam = '' }) => ({ guest: guestNam }) },
      }).name,
    ).toBe('desk');
  });

  test('refuses a misspelt name in the view', () => {
    const misspelt = defineWorkflow('table', () => ({
      ...rest,
      data: { guestName: 'shown', guestEmail: 'masked' },
      start: first,
      events,
      // @ts-expect-error: the data has no 'guestNam'
      view: { schema: Type.Object({}), of: ({ masked }) => ({ name: masked.guestNam }) },
    }));
    expect(misspelt.name).toBe('table');
  });

  test('refuses an unknown mask', () => {
    // @ts-expect-error: 'show' is no mask
    const mask: DataMask = 'show';
    expect(mask).toBe('show');
  });

  test('refuses an address that is no data', () => {
    const without = defineWorkflow('table', () => ({
      ...rest,
      machine: setup({
        actions: { sendMessage: (_, _message: { notice: 'asked'; to: 'guestMail' }) => {} },
      }).createMachine({ id: 'table', entry: { type: 'sendMessage', params: { notice: 'asked', to: 'guestMail' } } }),
      data: { guestEmail: 'masked' },
      start: { body: Type.Object({ guestEmail: Type.String() }, closed), events: [null] },
      events: {},
      view: { schema: Type.Object({}), of: () => ({}) },
    }));
    // @ts-expect-error: Workflow 'table': no module brings the detail 'guestMail'
    expect(defineModule({ name: 'desk', needs: [messages()], notices: { asked }, workflows: [without] }).name).toBe('desk');
  });
});
