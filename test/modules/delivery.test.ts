/** A channel and a provider of another module: a code goes over both, and the provider reports a failed delivery. */
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed, type MachineEvent, task } from '../../machines/workflow.ts';
import type { Message, RenderedMessage } from '../../src/delivery/message.ts';
import { codes } from '../../src/modules/codes/codes.ts';
import { defineModule } from '../../src/modules/module.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

const sent: { message: Message; rendered: RenderedMessage }[] = [];

const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

/** Sends a code to a pager, once. */
const pagerCheck = defineWorkflow('pager-check', () => ({
  collection: 'pager-checks',
  version: 1,
  description: 'Sends a code to a pager.',
  machine: setup({
    types: {} as { context: { codesIssued: number; sendsOfCode: number }; events: MachineEvent },
    actors: { deliverCode: task<unknown>() },
    delays: { codeLifetime: 600_000 },
  }).createMachine({
    id: 'pager-check',
    context: { codesIssued: 1, sendsOfCode: 1 },
    initial: 'paging',
    after: { codeLifetime: '.silent' },
    states: {
      paging: {
        invoke: {
          id: 'deliverCode',
          src: 'deliverCode',
          input: { codeNumber: 1, sendNumber: 1, channel: 'pager' },
          onDone: 'paged',
          onError: 'silent',
        },
      },
      paged: { on: { DELIVERY_REPORTED: 'silent', CANCEL: 'silent' } },
      silent: { type: 'final' },
    },
  }),
  start: {
    body: Type.Object({ pager: Type.String({ pattern: '^[0-9]{5}$' }) }, closed),
    resolver: 'pager',
    events: [null],
  },
  events: {
    CANCEL: event,
    DELIVERY_REPORTED: {
      description: 'The pager was off.',
      body: Type.Object(
        { failure: Type.Literal('undelivered'), codeNumber: Type.Optional(Type.Integer()), sendNumber: Type.Optional(Type.Integer()) },
        closed,
      ),
      resolver: 'report',
      sender: 'provider',
      payloads: [{ failure: 'undelivered' }],
    },
  },
  view: { schema: Type.Object({}), of: ({ masked }) => ({ pager: masked['pager'] ?? null }) },
  deadlines: {},
}));

const pagers = defineModule({
  name: 'pagers',
  needs: [codes()],
  workflows: [pagerCheck],
  details: { pager: (number) => `…${number.slice(-2)}` },
  settings: ({ value }) => ({ key: value('PAGER_KEY') }),
  resolvers: {
    pager: {
      start: (body) => ({ event: null, personal: { pager: String(body['pager']), destination: String(body['pager']) } }),
    },
  },
  channels: {
    pager: {
      title: 'Pager',
      detail: 'pager',
      limits: 'address',
      parts: ['text'],
      languages: ['en'],
      render: ({ code }) => ({ subject: null, text: `CODE ${code}`, html: null }),
    },
  },
  providers: {
    beeper: {
      channels: ({ key }) => (key === null ? [] : ['pager']),
      open: async ({ settings }) => ({
        sends: () => ({
          name: 'beeper',
          send: async (message, rendered) => {
            sent.push({ message, rendered });
            return { outcome: 'accepted' };
          },
          close: async () => {},
        }),
        reports: ({ headers, body }) =>
          headers.get('x-pager-key') === settings.key ? { failure: body.includes('off') ? 'undelivered' : null } : 'forged',
      }),
    },
  },
});

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  const settings = { PASSWORD_HASHING: '', POLICY: '', PAGER_KEY: 'beep', PUBLIC_URL: 'https://verify.example.com' };
  service = await createService({ modules: [pagers], config: { ...database.environment, ...settings } });
  client = new Client((await service.listen()).url);
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

describe('a channel and a provider of another module', () => {
  test('carry a code, and a report about it', async () => {
    const started = await client.post('/v1/pager-checks', { pager: '12345' });
    expect([started.status, started.body.state, started.body.data]).toEqual([201, 'paged', { pager: '…45' }]);
    expect(sent).toHaveLength(1);
    const [{ message, rendered } = {}] = sent;
    expect([message?.channel, message?.to, rendered?.text]).toEqual(['pager', '12345', `CODE ${message?.code}`]);
    // The sandbox's inbox has a copy.
    expect((await client.messages('12345'))[0]).toMatchObject({ channel: 'pager', code: message?.code });

    const address = `/callbacks/beeper/${started.body.id}/1/1`;
    const report = (key: string, body: string) => client.call('POST', address, { body, headers: { 'x-pager-key': key } });
    expect((await report('wrong', 'off')).status).toBe(401);
    const state = async () => (await client.get(`/v1/pager-checks/${started.body.id}`, started.body.sessionToken)).body.state;
    expect(await state()).toBe('paged');
    expect((await report('beep', 'on')).status).toBe(204);
    expect(await state()).toBe('paged');
    expect((await report('beep', 'off')).status).toBe(204);
    expect(await state()).toBe('silent');
  });

  test('are listed in the settings of channels, and in the OpenAPI document', async () => {
    const naming = (PAGER_PROVIDERS: string) =>
      createService({ modules: [pagers], config: { PAGER_KEY: 'beep', PAGER_PROVIDERS, LOG_LEVEL: 'silent' } });
    await expect(naming('beeper')).resolves.toBeDefined();
    await expect(naming('smtp')).rejects.toThrow('PAGER_PROVIDERS names smtp, which is not configured for it');
    await expect(naming('owl')).rejects.toThrow('PAGER_PROVIDERS must name some of');
    const { body } = await client.get('/openapi.json');
    expect(body.components.schemas.Problem.properties.channels.items.enum).toEqual(['email', 'sms', 'voice', 'pager']);
  });

  test('work without the accounts module', async () => {
    expect((await client.get('/v1/me', 'token')).status).toBe(404);
    expect((await client.get('/unlock')).status).toBe(404);
    expect((await client.post('/sandbox/accounts', {})).status).toBe(404);
  });
});
