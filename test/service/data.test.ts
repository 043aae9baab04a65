/** Workflows of a stranger that name their data and no resolver: the session keeps the fields, and shows each as the workflow says. */
import { Type } from '@sinclair/typebox';
import { createService, defineModule, defineWorkflow, messages, type Service } from 'verification-workflows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed } from '../../machines/workflow.ts';
import { Client, type Json, type TestDatabase, testDatabase } from '../support/service.ts';

const Seats = Type.Union([Type.Literal('window'), Type.Literal('aisle')]);
const event = { description: 'An event.', body: noFields, sender: 'holder', payloads: noPayload } as const;

/** Reserves a seat for a visitor. The machine hears the seat alone. */
const visit = defineWorkflow('visit', () => ({
  collection: 'visits',
  version: 1,
  description: 'Plans a visit.',
  machine: setup({
    types: {} as {
      context: { seat: string };
      events: { type: 'PLAN'; seat: 'window' | 'aisle' } | { type: 'CORRECT' } | { type: 'LEAVE' };
    },
    actions: { sit: assign({ seat: ({ event: { ...heard } }) => ('seat' in heard ? heard.seat : '') }) },
  }).createMachine({
    id: 'visit',
    context: { seat: '' },
    initial: 'asked',
    states: {
      asked: { on: { PLAN: { target: 'planned', actions: 'sit' } } },
      planned: {
        description: 'The visit is planned.',
        meta: { screen: 'visit', title: { en: 'Your visit', de: 'Ihr Besuch' }, help: 'Tell us if you come later.' },
        on: { CORRECT: {}, LEAVE: 'left' },
      },
      left: { type: 'final' },
    },
  }),
  data: {
    visitor: 'shown',
    guests: 'shown',
    isLate: 'shown',
    languages: 'shown',
    email: 'masked',
    mobile: 'masked',
    nickname: 'masked',
    badge: (text) => text.slice(-2),
    note: 'sealed',
  },
  start: {
    body: Type.Object(
      {
        visitor: Type.String({ maxLength: 80 }),
        guests: Type.Optional(Type.Integer()),
        isLate: Type.Optional(Type.Boolean()),
        languages: Type.Optional(Type.Array(Type.String())),
        email: Type.String({ format: 'email', maxLength: 254 }),
        mobile: Type.Optional(Type.String({ format: 'phone' })),
        country: Type.Optional(Type.String()),
        nickname: Type.Optional(Type.String()),
        badge: Type.Optional(Type.String()),
        note: Type.Optional(Type.String()),
        seat: Seats,
      },
      closed,
    ),
    events: [
      { type: 'PLAN', seat: 'window' },
      { type: 'PLAN', seat: 'aisle' },
    ],
  },
  events: {
    CORRECT: {
      ...event,
      body: Type.Object(
        { email: Type.Optional(Type.String({ format: 'email' })), visitor: Type.Optional(Type.Union([Type.String(), Type.Null()])) },
        closed,
      ),
    },
    LEAVE: event,
  },
  secrets: ['note', 'email'],
  view: {
    schema: Type.Object({}, { additionalProperties: true }),
    of: ({ context, masked }) => ({ ...masked, seat: context.seat, twice: Number(masked.guests ?? 0) * 2 }),
  },
  deadlines: {},
}));

/** Another workflow of the same service with a detail of the same name. */
const memo = defineWorkflow('memo', () => ({
  collection: 'memos',
  version: 1,
  description: 'Keeps a memo.',
  machine: setup({}).createMachine({ id: 'memo', initial: 'kept', states: { kept: { on: { LEAVE: 'left' } }, left: { type: 'final' } } }),
  data: { note: 'shown' },
  start: { body: Type.Object({ note: Type.String() }, closed), events: [null] },
  events: { LEAVE: event },
  view: { schema: Type.Object({ note: Type.Optional(Type.String()) }), of: ({ masked }) => ({ note: masked.note }) },
  deadlines: {},
}));

const desk = defineModule({ name: 'desk', needs: [messages()], workflows: [visit, memo] });

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  service = await createService({ modules: [desk], config: { ...database.environment, PASSWORD_HASHING: '', POLICY: '' } });
  client = new Client((await service.listen()).url);
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

const body = { visitor: 'Ada', email: ' Ada@Example.com ', seat: 'aisle' } as const;

describe('a workflow with data and without resolvers', () => {
  test('shows each field as the workflow says, and gives the payload to the machine', async () => {
    const all = {
      ...body,
      guests: 3,
      isLate: false,
      languages: ['en', 'fr'],
      mobile: '06 12 34 56 78',
      country: 'fr',
      nickname: 'Countess',
      badge: 'A-1815',
      note: 'The key is under the mat',
    };
    const { body: started } = await client.post('/v1/visits', all);
    expect([started.state, started.data]).toEqual([
      'planned',
      {
        visitor: 'Ada',
        guests: 3,
        isLate: false,
        languages: ['en', 'fr'],
        email: 'A***@example.com',
        mobile: '+33*******78',
        nickname: 'C***',
        badge: '15',
        seat: 'aisle',
        twice: 6,
      },
    ]);
    expect(JSON.stringify(started)).not.toContain('mat');
  });

  test('replaces a detail with the commit of the event that brings another, and takes it away with null', async () => {
    const session = await client.start('visits', body);
    const corrected = await session.send('correct', { email: 'byron@example.com' });
    expect(corrected.body.data).toEqual({ visitor: 'Ada', email: 'b***@example.com', seat: 'aisle', twice: 0 });
    expect((await session.send('correct', { visitor: null })).body.data).toEqual({ email: 'b***@example.com', seat: 'aisle', twice: 0 });
  });

  test.each([
    ['/email', { email: 'ada' }, 'Not an email address'],
    ['/mobile', { mobile: '123', country: 'FR' }, 'Not a complete telephone number of its country'],
    ['/mobile', { mobile: '0612345678' }, 'Add the country code, or choose a country'],
  ])('refuses a start whose field %s has another format', async (path, changes, message) => {
    const { status, body: problem } = await client.post('/v1/visits', { ...body, ...changes });
    expect([status, problem.code, problem.errors]).toEqual([400, 'invalid-request', [{ path, message }]]);
  });

  test('refuses an event whose field has another format, and changes nothing', async () => {
    const session = await client.start('visits', body);
    const refused = await session.send('correct', { email: 'byron', visitor: 'Byron' });
    expect([refused.status, refused.body.errors]).toEqual([400, [{ path: '/email', message: 'Not an email address' }]]);
    expect((await session.read()).data).toMatchObject({ visitor: 'Ada', email: 'A***@example.com' });
  });

  test('removes its secrets with the commit that ends it', async () => {
    const session = await client.start('visits', body);
    await session.send('leave');
    expect((await session.read()).data).toEqual({ visitor: 'Ada', seat: 'aisle', twice: 0 });
  });

  test('has names of its own: another workflow shows the note that this one seals', async () => {
    expect((await client.start('memos', { note: 'Bring bread' }).then((session) => session.read())).data).toEqual({ note: 'Bring bread' });
  });

  test('names the screen of a state for the document, the list of workflows and the sandbox', async () => {
    const { body: document } = await client.get('/openapi.json');
    expect(document.components.schemas.Visit.properties.state.description).toContain(
      '- `planned`: **Your visit** · The visit is planned. · Tell us if you come later.',
    );
    const { body: listed } = await client.get('/v1/workflows');
    const screen = { screen: 'visit', help: { en: 'Tell us if you come later.' } };
    const [{ states }] = listed.workflows.filter(({ name }: Json) => name === 'visit');
    expect(states.find(({ state }: Json) => state === 'planned')).toMatchObject({
      ...screen,
      title: { en: 'Your visit', de: 'Ihr Besuch' },
    });
    const { body: machine } = await client.get('/assets/play/machines/visit.json');
    expect(machine.states.find(({ path }: Json) => path === 'planned')).toMatchObject({
      ...screen,
      heading: { en: 'Your visit', de: 'Ihr Besuch' },
    });
  });

  test('has examples in the document that the service accepts', async () => {
    const { body: document } = await client.get('/openapi.json');
    const { examples } = document.paths['/v1/visits'].post.requestBody.content['application/json'];
    expect(await client.post('/v1/visits', examples.most.value)).toMatchObject({
      status: 201,
      body: { data: { visitor: 'text', guests: 1 } },
    });
    const { data } = document.components.schemas.Visit.examples[0];
    expect(data).toMatchObject({ visitor: 'text', email: 'j***@example.com', mobile: '+44*******123', badge: 'xt' });
    expect(data).not.toHaveProperty('note');
  });
});
