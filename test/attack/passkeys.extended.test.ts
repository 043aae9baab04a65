/**
 * Attacks on passkeys over HTTP, in every session that asks for one: answers of imitated pages, of other people, of other sessions, of
 * copies and of removed passkeys; and attempts to go around the passkey by a weaker factor, or to add one of one's own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Faults, SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { AccountHolder } from '../support/account-holder.ts';
import { cameTo, ceremonies, proves } from '../support/passkey-ceremonies.ts';
import { givePasskey, holderWithPasskey, type PasskeyHolder, requestOf } from '../support/passkey-holder.ts';
import { type Client, type Json, TestSession } from '../support/service.ts';
import { startTwo, type TwoServices } from '../support/two-services.ts';

let services: TwoServices;
let client: Client;
let other: Client;
beforeAll(async () => {
  services = await startTwo({ PUBLIC_URL: 'https://verify.example' });
  ({ client, other } = services);
});
afterAll(() => services?.remove());

const otherHandle = Buffer.alloc(32, 9).toString('base64url');
const unknownId = Buffer.alloc(32, 7).toString('base64url');

/** Answers of the owner's own passkey that break one rule (WebAuthn Level 3, 7.2). */
const brokenRules: Readonly<Record<string, Faults>> = {
  'of a page of another site': { origin: 'https://verify.example.evil.example' },
  'for another domain': { rpId: 'example.com' },
  'to a challenge of the attacker': { challenge: 'AAAA' },
  'of a creation': { type: 'webauthn.create' },
  'within a page of another site': { crossOrigin: true },
  'without the person’s verification': { userVerified: false },
  'without the person’s presence': { userPresent: false },
  'with a changed signature': { badSignature: true },
};

describe.each(ceremonies.map((ceremony) => [ceremony.name, ceremony] as const))('%s', (_, ceremony) => {
  const { begin, proved } = ceremony;
  const isAnonymous = ceremony.name === 'a login by passkey';

  test('takes no answer that breaks a rule, and then an honest one', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    // Five wrong answers end a session.
    for (const faults of [Object.entries(brokenRules).slice(0, 4), Object.entries(brokenRules).slice(4)]) {
      const session = await begin(client, holder);
      for (const [rule, fault] of faults) {
        const credential = authenticator.get(await requestOf(session), fault);
        expect([rule, cameTo(await proves(ceremony, session, credential))]).toEqual([rule, 'wrong-factor']);
      }
      expect(cameTo(await proves(ceremony, session, authenticator.get(await requestOf(session))))).toBe(proved);
      if (ceremony.name === 'a change of the password') return;
    }
  });

  test('takes no answer of another person’s passkey, under none of their names', async () => {
    const [mine, theirs] = [await holderWithPasskey(client), await holderWithPasskey(client)];
    const session = await begin(client, mine.holder);
    const own = mine.authenticator.credentialIds[0] ?? '';
    const foreign = isAnonymous ? 'unknown-credential' : 'foreign-credential';
    const answers: [string, (request: Json) => Json][] = [
      ['wrong-factor', (request) => theirs.authenticator.force(request, { credentialId: own, userHandle: null })],
      [foreign, (request) => theirs.authenticator.force(request, { credentialId: own })],
      ['unknown-credential', (request) => theirs.authenticator.force(request, { credentialId: unknownId })],
      // A login by passkey is for everyone: the credential names its account.
      isAnonymous
        ? [foreign, (request) => mine.authenticator.force(request, { userHandle: otherHandle })]
        : [foreign, (request) => theirs.authenticator.force(request)],
    ];
    for (const [code, answer] of answers) expect(cameTo(await proves(ceremony, session, answer(await requestOf(session))))).toBe(code);
  });

  test('takes an answer once, of many at the same time', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const session = await begin(client, holder);
    const credential = authenticator.get(await requestOf(session));
    const answers = await Promise.all(Array.from({ length: 6 }, () => proves(ceremony, session, credential)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const again = await begin(client, ceremony.name === 'a change of the password' ? (await holderWithPasskey(client)).holder : holder);
    expect(['wrong-factor', 'foreign-credential']).toContain(cameTo(await proves(ceremony, again, credential)));
  });

  test('takes no answer of a copy, and its owner is told', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const copy = authenticator.clone();
    const unlock = await client.start('passkey-logins', {});
    await unlock.send('prove-passkey', { credential: authenticator.get(await requestOf(unlock), { counter: 9 }) });
    const session = await begin(client, holder);
    expect(cameTo(await proves(ceremony, session, copy.get(await requestOf(session))))).toBe('cloned-credential');
    const told = ceremony.event === 'prove-passkey' ? 'passkey-copied' : 'wrong-factor';
    await expect.poll(async () => (await client.messages(holder.email)).some(({ notice }) => notice === told)).toBe(true);
  });

  test('takes answers of an authenticator that does not count, and none of it with a counter that goes back', async () => {
    const { holder, authenticator } = await holderWithPasskey(client, { counts: false });
    const first = await begin(client, holder);
    expect(cameTo(await proves(ceremony, first, authenticator.get(await requestOf(first))))).toBe(proved);
    if (ceremony.name === 'a change of the password') return;
    const second = await begin(client, holder);
    expect(cameTo(await proves(ceremony, second, authenticator.get(await requestOf(second), { counter: 5 })))).toBe(proved);
    const third = await begin(client, holder);
    expect(cameTo(await proves(ceremony, third, authenticator.get(await requestOf(third))))).toBe('cloned-credential');
  });

  test('takes no answer of a passkey that was removed after it asked, alone or at the same time', async () => {
    const { holder, login, authenticator } = await holderWithPasskey(client);
    const spare = await givePasskey(client, holder);
    const { passkeys } = (await client.get('/v1/me/passkeys', login.token)).body;
    const remove = (index: number) => client.call('DELETE', `/v1/me/passkeys/${passkeys[index].id}`, { token: login.token });
    const session = await begin(client, holder);
    const answer = authenticator.force(await requestOf(session));
    expect((await remove(0)).status).toBe(204);
    const refused = ceremony.event === 'prove-factor' ? 'factor-changed' : 'unknown-credential';
    expect(cameTo(await proves(ceremony, session, answer))).toBe(refused);

    const racing = await begin(client, holder);
    const credential = spare.get(await requestOf(racing));
    const [removed, used] = await Promise.all([remove(1), proves(ceremony, racing, credential)]);
    expect(removed.status).toBe(204);
    expect([proved, refused, 'unknown-credential']).toContain(cameTo(used));
  });

  test('ends after five wrong answers, counted over two processes', async () => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const session = await begin(client, holder);
    const elsewhere = session.through(other);
    for (const each of [session, elsewhere, session, elsewhere, session]) {
      const credential = authenticator.get(await requestOf(each), { badSignature: true });
      expect(cameTo(await proves(ceremony, each, credential))).toBe('wrong-factor');
    }
    expect((await session.read()).outcome).toBe('denied');
  });
});

describe('an answer is for one session and one purpose', () => {
  const pairs = ceremonies.flatMap((from) => ceremonies.filter((to) => to !== from).map((to) => [from.name, to.name, from, to] as const));

  test.each(pairs)('that to %s is refused by %s', async (_from, _to, from, to) => {
    const { holder, authenticator } = await holderWithPasskey(client);
    const [asked, attacked] = [await from.begin(client, holder), await to.begin(client, holder)];
    const credential = authenticator.get(await requestOf(asked));
    expect(cameTo(await proves(to, attacked, credential))).toBe('wrong-factor');
    // It is still good where it belongs.
    expect(cameTo(await proves(from, asked, credential))).toBe(from.proved);
  });
});

describe('the answer to a registration', () => {
  /** Registrations whose owner has proved a passkey. */
  const confirmed = async ({ holder, authenticator }: Pick<PasskeyHolder, 'holder' | 'authenticator'>): Promise<TestSession> => {
    const { token } = await holder.loginOnDevice();
    const session = new TestSession(client, await client.post('/v1/passkey-registrations', {}, { token }), 'passkey-registrations');
    const answer = await session.send('prove-factor', { credential: authenticator.get(await requestOf(session)) });
    expect(cameTo(answer)).toBe('enrollingFactor');
    return session;
  };
  const enrolmentOf = async (session: TestSession): Promise<Json> => (await session.read()).data.enrolment;
  const enrols = async (session: TestSession, credential: Json) => cameTo(await session.send('enrol-factor', { credential }));

  // Nothing is signed with the key of a new passkey, and its type is that of a creation.
  const { 'with a changed signature': _signature, 'of a creation': _type, ...rules } = brokenRules;

  test.each(Object.entries({ ...rules, 'of a use': { type: 'webauthn.get' } }))(
    '%s is refused, and an honest one follows',
    async (_, faults) => {
      const session = await confirmed(await holderWithPasskey(client));
      const [bad, good] = [new SoftwareAuthenticator({}), new SoftwareAuthenticator({})];
      expect(await enrols(session, bad.create(await enrolmentOf(session), faults))).toBe('wrong-factor');
      expect(await enrols(session, good.create(await enrolmentOf(session)))).toBe('enrolled');
    },
  );

  test('is good for one registration, and for one account', async () => {
    const [mine, theirs] = [await holderWithPasskey(client), await holderWithPasskey(client)];
    const [own, second, foreign] = [await confirmed(mine), await confirmed(mine), await confirmed(theirs)];
    const authenticator = new SoftwareAuthenticator({});
    const credential = authenticator.create(await enrolmentOf(own));
    expect(await enrols(second, credential)).toBe('wrong-factor');
    expect(await enrols(foreign, credential)).toBe('wrong-factor');
    expect(await enrols(own, credential)).toBe('enrolled');
    const known = authenticator.recreate(await enrolmentOf(foreign), authenticator.credentialIds[0] ?? '');
    expect(await enrols(foreign, known)).toBe('foreign-credential');
    const again = authenticator.recreate(await enrolmentOf(second), authenticator.credentialIds[0] ?? '');
    expect(await enrols(second, again)).toBe('wrong-factor');
  });

  test('is no proof, and a proof is no registration', async () => {
    const owner = await holderWithPasskey(client);
    const session = await confirmed(owner);
    const proof = owner.authenticator.force(await enrolmentOf(session));
    expect(await enrols(session, proof)).toBe('wrong-factor');
    const made = new SoftwareAuthenticator({}).create(await enrolmentOf(session));
    const login = await client.start('passkey-logins', {});
    expect(cameTo(await login.send('prove-passkey', { credential: made }))).toBe('wrong-factor');
  });

  test('does not bring back a removed passkey', async () => {
    const owner = await holderWithPasskey(client);
    const spare = await givePasskey(client, owner.holder);
    const { passkeys } = (await client.get('/v1/me/passkeys', owner.login.token)).body;
    expect((await client.call('DELETE', `/v1/me/passkeys/${passkeys[1].id}`, { token: owner.login.token })).status).toBe(204);
    const session = await confirmed(owner);
    const [id = ''] = spare.credentialIds;
    expect(await enrols(session, spare.recreate(await enrolmentOf(session), id))).toBe('denied');
    expect((await client.get('/v1/me/passkeys', owner.login.token)).body.passkeys).toHaveLength(1);
  });

  test('of the twentieth passkey is taken, and of two at the same time one at the most exceeds it', async () => {
    const owner = await holderWithPasskey(client);
    for (let count = 1; count < 19; count += 1) await givePasskey(client, owner.holder);
    const sessions = [await confirmed({ ...owner, authenticator: owner.authenticator }), await confirmed(owner), await confirmed(owner)];
    const answers: string[] = [];
    for (const session of sessions) answers.push(await enrols(session, new SoftwareAuthenticator({}).create(await enrolmentOf(session))));
    expect(answers).toEqual(['enrolled', 'wrong-factor', 'wrong-factor']);
    expect((await client.get('/v1/me/passkeys', owner.login.token)).body.passkeys).toHaveLength(20);
  });
});

describe('a thief', () => {
  test('with a login on the owner’s device enrols nothing, removes nothing and changes nothing', async () => {
    const { holder } = await holderWithPasskey(client);
    const { token } = await holder.loginOnDevice();
    const [{ id }] = (await client.get('/v1/me/passkeys', token)).body.passkeys;
    const removal = await client.call('DELETE', `/v1/me/passkeys/${id}`, { token });
    expect([removal.status, removal.body.code]).toEqual([401, 'second-factor-required']);
    const own = await thiefsKey(holder);
    for (const ceremony of ceremonies.filter(({ event }) => event === 'prove-factor')) {
      const session = await ceremony.begin(client, holder);
      expect([ceremony.name, cameTo(await proves(ceremony, session, own.force(await requestOf(session))))]).toEqual([
        ceremony.name,
        'foreign-credential',
      ]);
      expect(cameTo(await session.send('enrol-factor', { credential: {} }))).not.toBe('enrolled');
    }
    expect((await client.get('/v1/me/passkeys', token)).body.passkeys).toHaveLength(1);
    expect(await codesTo(holder)).toEqual([]);
  });

  test('with the password and the mailbox does not get around a passkey by a code to the mailbox', async () => {
    const holder = await AccountHolder.make(client, null);
    await givePasskey(client, holder);
    for (const collection of ['account-changes', 'passkey-registrations', 'authenticator-registrations', 'backup-code-replacements']) {
      const { token } = await holder.loginOnDevice();
      const body = {
        factor: 'code',
        ...(collection === 'account-changes' ? { change: { kind: 'password', password: 'a long night' } } : {}),
      };
      const answer = await client.post(`/v1/${collection}`, body, { token });
      const session = new TestSession(client, answer, collection);
      expect([collection, session.created.data.factor]).toEqual([collection, 'passkey']);
      expect([collection, cameTo(await session.send('choose-factor', { factor: 'code' }))]).toEqual([collection, 'factor-too-weak']);
    }
    expect(await codesTo(holder)).toEqual([]);
  });

  /** The thief has an account and a passkey of their own. */
  async function thiefsKey(holder: AccountHolder): Promise<SoftwareAuthenticator> {
    const thief = await holderWithPasskey(client);
    expect(thief.holder.id).not.toBe(holder.id);
    return thief.authenticator;
  }

  const codesTo = async ({ email }: AccountHolder) => client.codes(email);
});
