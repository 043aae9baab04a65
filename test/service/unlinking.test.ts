/** An owner removes only their own link. Afterwards the identity can be linked again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comeBackAndConfirm, decideAtSandbox, goToProvider, logIn, readyToLink } from '../support/linking.ts';
import { type Client, databaseKinds, startTestService, type TestService, type TestSession } from '../support/service.ts';

let people = 0;

describe.each(databaseKinds)('a link that is removed on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind);
    client = service.client;
  });
  afterAll(() => service.remove());

  const fresh = () => {
    people += 1;
    return `unlinking-${people}@example.com`;
  };
  const link = async (setup: TestSession, subject: string) =>
    comeBackAndConfirm(setup, await decideAtSandbox(client, await goToProvider(setup, 'sandbox'), subject));
  const linksOf = async (token: string) => (await client.get('/v1/me', token)).body.links;
  const remove = (token: string, id: string) => client.call('DELETE', `/v1/me/links/${id}`, { token });
  const notices = async (email: string) => (await client.messages(email)).filter(({ notice }) => notice === 'link-removed');

  /** An account with a link, and its logged-in owner. */
  async function owner() {
    const [email, subject] = [fresh(), fresh()];
    expect((await link(await readyToLink(client, email), subject)).body.outcome).toBe('complete');
    const token = await logIn(client, email);
    const [{ id }] = await linksOf(token);
    return { email, subject, token, id: String(id) };
  }

  test('is named by an id, is gone at once, and its owner is told', async () => {
    const { email, token, id } = await owner();
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const { status, body } = await remove(token, id);
    expect([status, body, await linksOf(token)]).toEqual([204, '', []]);
    await expect.poll(async () => (await notices(email)).length).toBe(1);
    expect((await notices(email))[0].text).toContain('no longer linked');
    expect((await remove(token, id)).status).toBe(404);
    expect((await notices(email)).length).toBe(1);
  });

  test('is hidden from other owners, and an invalid id is not found either', async () => {
    const [mine, theirs] = [await owner(), await owner()];
    for (const id of [theirs.id, mine.id.replace(/^./, (digit) => (digit === 'f' ? '0' : 'f')), 'nonsense', '%00'])
      expect((await remove(mine.token, id)).status).toBe(404);
    expect((await client.call('DELETE', `/v1/me/links/${mine.id}`)).status).toBe(401);
    expect([(await linksOf(mine.token)).length, (await linksOf(theirs.token)).length]).toEqual([1, 1]);
    expect([await notices(mine.email), await notices(theirs.email)]).toEqual([[], []]);
  });

  test('is also found by an id in capitals', async () => {
    const { token, id } = await owner();
    expect((await remove(token, id.toUpperCase())).status).toBe(204);
  });

  test('frees the outside account for another account, under another id', async () => {
    const { subject, token, id } = await owner();
    const email = fresh();
    const setup = await readyToLink(client, email);
    expect((await link(setup, subject)).body.data.linkFailure).toBe('taken');
    expect((await remove(token, id)).status).toBe(204);
    expect((await link(setup, subject)).body.outcome).toBe('complete');
    const [linked] = await linksOf(await logIn(client, email));
    expect(linked.id).not.toBe(id);
    expect((await remove(token, linked.id)).status).toBe(404);
  });

  test('is removed once by simultaneous requests', async () => {
    const { email, token, id } = await owner();
    const answers = await Promise.all(Array.from({ length: 6 }, () => remove(token, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404, 404]);
    await expect.poll(async () => (await notices(email)).length).toBeGreaterThan(0);
  });

  test('is reported once, although two logins remove it at the same moment', async () => {
    const { email, token, id } = await owner();
    const tokens = [token, await logIn(client, email), await logIn(client, email)];
    const answers = await Promise.all(tokens.map((each) => remove(each, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404]);
    // The clock answers when the notices of all three are done.
    await client.clock({ advance: 'PT0S' });
    expect(await notices(email)).toHaveLength(1);
  });

  test('leaves each outside account with at most one account, when others link it meanwhile', async () => {
    const { subject, token, id } = await owner();
    const emails = [fresh(), fresh()];
    const setups = await Promise.all(emails.map((email) => readyToLink(client, email)));
    const answers = await Promise.all(setups.map(async (setup) => decideAtSandbox(client, await goToProvider(setup, 'sandbox'), subject)));
    await Promise.all([remove(token, id), ...answers.map((answer, index) => comeBackAndConfirm(setups[index] as TestSession, answer))]);
    const states = await Promise.all(setups.map(async (setup) => (await setup.read()).state));
    expect(states.filter((state) => state === 'complete').length).toBeLessThanOrEqual(1);
    expect(await linksOf(token)).toEqual([]);
  });
});
