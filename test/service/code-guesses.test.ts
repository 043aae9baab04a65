/**
 * Guesses at the codes of one destination add up over sessions, channels, workflows, networks, processes and days. The bound is a chance of
 * 0.5 % a year of one false verification: 5,000 guesses at codes of six digits.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import {
  asking,
  day,
  enter,
  freely,
  freshAddress,
  guessAll,
  minute,
  network,
  type Served,
  serve,
  sessionOf,
  verdict,
  verify,
} from '../support/guesser.ts';
import { type Answer, type Client, databaseKinds, otherThan, type TestSession } from '../support/service.ts';

const networks = Array.from({ length: 4 }, (_, n) => network(n + 1));
const wrong = '422 wrong-code';

describe.each(databaseKinds)('at one destination, on %s', (kind) => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve(kind, freely);
    client = served.process(0);
  });
  afterAll(() => served.remove());

  /** A destination throttled by ten wrong codes. */
  async function throttled(to = freshAddress()): Promise<string> {
    for (let codes = 0; codes < 2; codes += 1) {
      const session = sessionOf(client, await verify(client, to, network(9)));
      const code = otherThan(await client.codeFor(to));
      for (let left = 4; left >= 0; left -= 1) expect((await enter(session, code, network(9))).body).toMatchObject({ attemptsLeft: left });
    }
    return to;
  }

  test('after ten wrong codes, each further code allows one guess, and says so', async () => {
    const to = await throttled();
    const started = await verify(client, to);
    expect(started.body).toMatchObject({ state: 'codeActive.cooldown', data: { attemptsLeft: 1 } });
    const session = sessionOf(client, started);
    const code = await client.codeFor(to);
    const guess = await enter(session, otherThan(code));
    expect(guess.body).toMatchObject({ code: 'wrong-code', attemptsLeft: 0, session: { state: 'codeActive.locked' } });
    expect(verdict(await enter(session, code))).toBe('429 too-many-attempts after 2400 s');
    await served.later(40 * minute);
    expect((await session.send('request-new-code', {}, asking(network(1)))).body.data.attemptsLeft).toBe(1);
  });

  test('one network gets three of the ten codes of a day; the owner gets through from another one, and a correct code resets nothing', async () => {
    const to = await throttled();
    expect(await guessAll(served, to, [network(1)])).toBe(3);
    expect(verdict(await verify(client, to))).toBe('429 rate-limited after 86400 s');
    // A network is the /24 around an address, or the /48.
    expect(verdict(await verify(client, to, '198.51.1.250'))).toBe('429 rate-limited after 86400 s');
    const session = sessionOf(client, await verify(client, to, network(2)));
    expect(verdict(await enter(session, await client.codeFor(to), network(2)))).toBe('verified');
    expect((await verify(client, to, '2001:db8:1:2::3')).body.data.attemptsLeft).toBe(1);
    for (const from of ['2001:db8:1:3::4', '2001:db8:1:ffff::5']) await verify(client, to, from);
    expect(verdict(await verify(client, to, '2001:db8:1::6'))).toBe('429 rate-limited after 86400 s');
    await served.later(day);
    expect((await verify(client, to)).body.data.attemptsLeft).toBe(1);
  });

  test('a server that names no person is one network, by its key', async () => {
    const to = await throttled();
    for (let codes = 0; codes < 3; codes += 1) expect((await verify(client, to, null)).status).toBe(201);
    expect(verdict(await verify(client, to, null))).toBe('429 rate-limited after 86400 s');
  });

  test('right codes do not count, however many there are', async () => {
    const to = freshAddress();
    for (let codes = 0; codes < 15; codes += 1) {
      const session = sessionOf(client, await verify(client, to));
      expect(verdict(await enter(session, await client.codeFor(to)))).toBe('verified');
    }
    expect((await verify(client, to)).body.data.attemptsLeft).toBe(5);
  });

  test('earlier codes allow one more guess, and take a place of the day', async () => {
    const to = freshAddress();
    const sessions: TestSession[] = [];
    for (let n = 0; n < 8; n += 1) sessions.push(sessionOf(client, await verify(client, to, network(n % 2))));
    await throttled(to);
    const answers: Answer[] = [];
    for (const [n, session] of sessions.entries()) answers.push(await enter(session, '000000', network(n % 2)));
    expect(answers.map(verdict)).toEqual([
      ...Array.from({ length: 6 }, () => wrong),
      ...Array.from({ length: 2 }, () => '429 too-many-attempts after 86400 s'),
    ]);
    expect(answers[0]?.body).toMatchObject({ attemptsLeft: 0, session: { state: 'codeActive.locked' } });
    expect(answers[7]?.body.session).toMatchObject({ state: 'codeActive.cooldown', data: { attemptsLeft: 5 } });
    // The guess was not compared, so from another network the code is still right.
    const [code] = (await client.codes(to)).filter(({ sessionId }) => sessionId === sessions[7]?.id);
    expect(verdict(await enter(sessions[7] as TestSession, code.code, network(5)))).toBe('verified');
  });

  test('of two hundred simultaneous guesses over fifty sessions, twenty are compared', { timeout: 60_000 }, async () => {
    const to = freshAddress();
    const started = await Promise.all(Array.from({ length: 50 }, (_, n) => verify(served.process(n), to, network(n % 5))));
    const sessions = started.map((answer) => sessionOf(client, answer));
    const guesses = Array.from({ length: 200 }, (_, n) =>
      enter((sessions[n % 50] as (typeof sessions)[number]).through(served.process(n + Math.floor(n / 50))), '000000', network(n % 5)),
    );
    const answers = (await Promise.all(guesses)).map(({ body }) => String(body.code));
    expect(answers.filter((code) => code === 'wrong-code')).toHaveLength(20);
    expect(answers.filter((code) => code === 'too-many-attempts')).toHaveLength(180);
  });

  test('a repeated guess counts once, in whichever process it arrives', async () => {
    const to = freshAddress();
    const session = sessionOf(client, await verify(client, to));
    const key = { 'idempotency-key': 'the-same-guess-again-and-again' };
    const same = Array.from({ length: 20 }, (_, n) => enter(session.through(served.process(n)), '000000', network(1), key));
    expect(new Set((await Promise.all(same)).map(({ body }) => body.attemptsLeft))).toEqual(new Set([4]));
    expect(await guessAll(served, to, [network(2), network(3), network(4), network(5)])).toBe(19);
  });

  test('spellings of one address or number are one destination; a plus makes another one', async () => {
    const number = freshNumber('mobile');
    await throttled(number);
    expect((await verify(client, number, network(2), { channel: 'voice' })).body.data.attemptsLeft).toBe(1);
    const spaced = number.replace(/(\d\d)(?=\d)/g, '$1 ');
    expect((await verify(client, spaced, network(2))).body.data.attemptsLeft).toBe(1);
    const to = await throttled(`guessed.by-its-spelling@xn--bcher-kva.example`);
    for (const spelling of ['Guessed.By-Its-Spelling@bücher.example', ' GUESSED.BY-ITS-SPELLING@BÜCHER.EXAMPLE '])
      expect((await verify(client, spelling, network(2))).body.data.attemptsLeft).toBe(1);
    expect((await verify(client, to.replace('@', '+shop@'), network(2))).body.data.attemptsLeft).toBe(5);
  });

  test('every way to a code of a throttled destination allows one guess, and is refused once the places are taken', async () => {
    const [to, number] = [await throttled(), await throttled(freshNumber('mobile'))];
    const session = sessionOf(client, await verify(client, freshAddress()));
    const changed = await session.send('change-email', { email: to }, asking(network(1)));
    expect(changed.body.data.attemptsLeft).toBe(1);
    const telephone = sessionOf(client, await client.post('/v1/phone-verifications', {}, { headers: asking(network(1)) }));
    const provided = await telephone.send('provide-number', { phone: number, channel: 'voice' }, asking(network(1)));
    expect(provided.body.data.attemptsLeft).toBe(1);
    const setUp = { email: to, password: 'a quiet evening in Porto' };
    const { body } = await client.post('/v1/account-setups', setUp, { headers: asking(network(1)) });
    expect((await client.get(body.child.href, body.child.sessionToken)).body.data.attemptsLeft).toBe(1);

    expect((await verify(client, to)).status).toBe(201);
    const other = sessionOf(client, await verify(client, freshAddress()));
    const { revision } = await other.read();
    expect(verdict(await other.send('change-email', { email: to }, asking(network(1))))).toBe('429 rate-limited after 86400 s');
    expect(await other.read()).toMatchObject({ revision, data: { attemptsLeft: 5 } });
    expect(verdict(await client.post('/v1/account-setups', setUp, { headers: asking(network(1)) }))).toBe('429 rate-limited after 86400 s');
  });

  test('the metrics name the limit that refused', async () => {
    const to = await throttled();
    for (const from of networks) for (let codes = 0; codes < 4; codes += 1) await verify(client, to, from);
    const text = String((await client.get('/metrics')).body);
    expect(text).toMatch(/^verification_problems_total\{code="rate-limited",reason="guesses-network"\} \d+$/m);
    expect(text).toMatch(/^verification_problems_total\{code="rate-limited",reason="guesses"\} \d+$/m);
  });
});
