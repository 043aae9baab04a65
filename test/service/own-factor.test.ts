/** A factor of another package: made of the public API alone, it is registered, asked for in logins, and demanded by changes. */
import { decodeJwt } from 'jose';
import {
  accountKey,
  accounts,
  builtInModules,
  createService,
  defineModule,
  defineWorkflow,
  type Factor,
  type FactorFigures,
  factorRegistrationPromises,
  factorRegistrationWorkflow,
  type Service,
} from 'verification-workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccountHolder } from '../support/account-holder.ts';
import { Client, quickDatabase, type TestDatabase, TestSession, testDatabase } from '../support/service.ts';

const name = 'spoken-word-registration';

const registration = defineWorkflow(name, (figures: FactorFigures) => ({
  ...factorRegistrationWorkflow(
    figures,
    { id: name, collection: 'spoken-word-registrations', description: 'Adds a spoken word.', done: 'Your word is kept', isNamed: false },
    'spokenWordRegistration',
  ),
  promises: factorRegistrationPromises,
}));

/** The words by account. A module that runs in production keeps them in a table of its own. */
const words = new Map<string, { readonly word: string; readonly key: string }>();

const spokenWord: Factor = {
  name: 'spoken-word',
  title: { en: 'spoken word', de: 'gesprochenes Wort' },
  isPhishingResistant: false,
  isGuessable: true,
  version: async (accountId) => words.get(accountId)?.key ?? null,
  request: async () => ({ asks: 'the word' }),
  verify: async ({ code }, { accountId }) => {
    return code === words.get(accountId)?.word ? { result: 'correct', methods: ['vbm'] } : { result: 'wrong' };
  },
  enrolment: async (_, { email }) => ({ asks: `a word for ${email}` }),
  verifyEnrolment: async ({ code = '' }) => (code.length >= 6 ? { result: 'correct', credential: { word: code } } : { result: 'wrong' }),
  enrol: async ({ word = '' }, { accountId, key }) => {
    words.set(accountId, { word, key });
    return 'enrolled';
  },
};

const spokenWords = () =>
  defineModule({
    name: 'spoken-words',
    needs: [accounts()],
    workflows: [registration],
    open: (host) => host.use(accountKey).addFactor(spokenWord),
    resolvers: { spokenWordRegistration: (_: unknown, host) => host.use(accountKey).registrationOf(spokenWord, name) },
  });

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  service = await createService({ modules: [...builtInModules(), spokenWords()], config: database.environment });
  client = new Client((await service.listen()).url);
});
afterAll(async () => {
  await service?.stop();
  await database?.remove();
});

async function registered(holder: AccountHolder, word: string): Promise<TestSession> {
  const { token } = await holder.loginOnDevice();
  const collection = 'spoken-word-registrations';
  const session = new TestSession(client, await client.post(`/v1/${collection}`, {}, { token }), collection);
  await session.submit(await client.codeFor(holder.phone ?? ''));
  expect((await session.read()).data.enrolment).toEqual({ asks: `a word for ${holder.email}` });
  expect((await session.send('enrol-factor', { code: word.slice(0, 2) })).body.code).toBe('wrong-factor');
  expect((await session.send('enrol-factor', { code: word })).body.outcome).toBe('enrolled');
  return session;
}

test('is registered by its owner, who is told', async () => {
  const holder = await AccountHolder.make(client);
  await registered(holder, 'lighthouse');
  await expect.poll(async () => (await client.messages(holder.email))[0].notice).toBe('factor-added');
  const { token } = await holder.login();
  expect((await client.get('/v1/me/factors', token)).body.factors).toEqual([{ name: 'spoken-word', phishingResistant: false }]);
});

test('takes the place of the code in a login, and its method is in the result', async () => {
  const holder = await AccountHolder.make(client);
  await registered(holder, 'windmill');
  const login = await client.start('login-verifications', { email: holder.email, password: holder.password });
  expect(login.created.data).toMatchObject({ factor: 'spoken-word', request: { asks: 'the word' } });
  expect((await login.send('prove-factor', { code: 'watermill' })).body.code).toBe('wrong-factor');
  const { body } = await login.send('prove-factor', { code: 'windmill' });
  expect([body.outcome, decodeJwt(body.result.token)['amr']]).toEqual(['authenticated', expect.arrayContaining(['pwd', 'vbm'])]);
});

test('confirms a change of the account', async () => {
  const holder = await AccountHolder.make(client);
  await registered(holder, 'drawbridge');
  const { token } = await holder.loginOnDevice();
  const body = { change: { kind: 'password', password: 'a long night in Coimbra' } };
  const change = new TestSession(client, await client.post('/v1/account-changes', body, { token }), 'account-changes');
  expect((await change.send('prove-factor', { code: 'drawbridge' })).body.outcome).toBe('applied');
});
