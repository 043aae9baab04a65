/** Messages of workflows: a channel without a text or a provider stops the start with one line, and a misspelt channel is an error of the compiler. */
import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, task } from '../../machines/workflow.ts';
import type { Notice } from '../../src/delivery/notice-text.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { dataResolvers } from '../../src/modules/data-resolvers.ts';
import { checkImplementations } from '../../src/modules/implementation-check.ts';
import { messages } from '../../src/modules/messages/messages.ts';
import { defineModule } from '../../src/modules/module.ts';
import { defineVocabulary } from '../../src/modules/vocabulary.ts';
import { createService } from '../../src/service/service.ts';

interface Told {
  readonly to?: string;
  readonly channel?: string;
}

/** A workflow that sends one message at its start. */
function note(told: Told) {
  return defineWorkflow('note', () => ({
    collection: 'notes',
    version: 1,
    description: 'Sends a note.',
    machine: setup({ actions: { sendMessage: (_, _message: { notice: string } & Told) => {} } }).createMachine({
      id: 'note',
      initial: 'sent',
      states: { sent: { entry: { type: 'sendMessage', params: { notice: 'note', ...told } } } },
    }),
    data: { mobile: 'masked', mail: 'masked', email: 'masked' },
    start: {
      body: Type.Object({ mobile: Type.String({ format: 'phone' }), mail: Type.String({ format: 'email' }), email: Type.String() }, closed),
      events: [null],
    },
    events: {},
    view: { schema: Type.Object({}), of: () => ({}) },
    deadlines: {},
  }));
}

const email: Notice = { texts: { en: { subject: 'Note', event: 'A note.', advice: [] } } };
const sms: Notice = { sms: { en: 'A note.' } };

async function refusal(told: Told, notice: Notice, config: Readonly<Record<string, string>> = {}): Promise<string> {
  const module = defineModule({ name: 'notes', needs: [messages()], workflows: [note(told) as never], notices: { note: notice } });
  return createService({ modules: [module], config: { LOG_LEVEL: 'silent', ...config } }).then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const lacks = (channel: string, member: string) =>
  `Workflow 'note', state 'sent': the notice 'note' has no text for the channel '${channel}': add \`${member}\` to it, or name another channel`;

describe('the start of a service', () => {
  test.each<[Told, Notice, string]>([
    [{}, email, ''],
    [{ to: 'mail' }, email, ''],
    [{ to: 'mobile' }, sms, ''],
    [{ to: 'mobile', channel: 'voice' }, { voice: { en: 'A note.' } }, ''],
    [{}, sms, lacks('email', 'texts')],
    [{ to: 'mobile' }, email, lacks('sms', 'sms')],
    [{ to: 'mobile', channel: 'voice' }, sms, lacks('voice', 'voice')],
    [{ channel: 'pigeon' }, email, "Workflow 'note', state 'sent': no module brings the channel 'pigeon', by which the notice 'note' goes"],
  ])('compares the channel of a message with its texts: %o', async (told, notice, line) => {
    expect(await refusal(told, notice)).toBe(line);
  });

  const production = {
    SANDBOX: 'false',
    DATABASE_URL: 'postgres://localhost/none',
    SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    PUBLIC_URL: 'https://verify.example.com',
    SMTP_URL: 'smtps://mail.example.com',
    MAIL_FROM: 'desk@example.com',
  };

  test('stops if no provider serves the channel of a message', async () => {
    expect(await refusal({ to: 'mail' }, email, production)).toBe('');
    expect(await refusal({ to: 'mobile' }, sms, production)).toBe(
      "Workflow 'note', state 'sent': the notice 'note' goes by sms, for which no provider is configured",
    );
  });

  test('stops if a machine lacks a delay on which its task depends', () => {
    const bare = defineWorkflow('bare', () => ({
      collection: 'bares',
      version: 1,
      description: 'Sends a code that never expires.',
      machine: setup({ actors: { deliverCode: task<undefined>() } }).createMachine({
        id: 'bare',
        initial: 'sending',
        states: { sending: { invoke: { id: 'deliverCode', src: 'deliverCode', onDone: 'sent', onError: 'sent' } }, sent: {} },
      }),
      start: { body: Type.Object({}, closed), events: [null] },
      events: {},
      view: { schema: Type.Object({}), of: () => ({}) },
      deadlines: {},
    }));
    const tasks = { deliverCode: { delays: ['codeLifetime'], run: async () => ({ outcome: 'done' }) as const } };
    const workflows = new Workflows([bare], {});
    const resolvers = dataResolvers(workflows.all(), { email: () => null, number: () => ({ invalid: 'No number' }) });
    expect(() => checkImplementations(workflows, { resolvers, tasks }, { refusals: {}, details: {} })).toThrow(
      "Workflow 'bare', state 'sending': the task 'deliverCode' needs the delay 'codeLifetime', which the machine does not define",
    );
  });
});

test('the compiler knows the channels of a vocabulary', () => {
  const words = defineVocabulary({ needs: [messages()], notices: { note: sms } });
  words.sendMessage(null, { notice: 'note', to: 'phone', channel: 'sms' });
  // @ts-expect-error: no module brings the channel 'pigeon'
  words.sendMessage(null, { notice: 'note', to: 'phone', channel: 'pigeon' });
});
