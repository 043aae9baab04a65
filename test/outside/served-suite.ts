/** The project's service as a process of its own: every feature that its modules use. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Json } from '../support/service.ts';
import { guest, reaches } from './booking.ts';
import type { Partner } from './partner.ts';
import type { Server } from './project-folder.ts';
import type { Restaurant } from './restaurant.ts';

/** Advances the clock until the partners have been asked this often: the end of an attempt is recorded a moment after its answer. */
async function askedAgain(partner: Partner, client: Client, times: number): Promise<void> {
  const moveOn = async () => {
    if (partner.asked.length < times) await client.clock({ advance: 'PT1S' });
    return partner.asked.length;
  };
  await expect.poll(moveOn, { timeout: 20_000 }).toBe(times);
}

/** @param deps made before the first test: the project, and the binary of Node.js that runs it */
export function servedSuite(deps: () => Restaurant & { readonly node: string }): void {
  let server: Server;
  let client: Client;
  beforeAll(async () => {
    const { node, project, settings } = deps();
    server = await project.serve(node, [project.bin, 'start', 'dist/modules.js'], settings);
    client = new Client(server.url);
    await client.freeze();
  });
  afterAll(async () => {
    expect((await server?.end('SIGTERM'))?.status).toBe(0);
  });

  test('books a table: retries, message, mask, figure, refusal, claim', async () => {
    deps().partner.answers(503, 503);
    const booking = await client.start('table-bookings', guest);
    await askedAgain(deps().partner, client, 3);
    const held = await reaches(booking, 'held');
    expect(deps().partner.asked).toEqual(Array(3).fill('PUT /tables/ID'));
    expect(held.data).toEqual({ name: 'Jane Doe', email: 'j***@example.com', guests: 2, changesLeft: 1 });
    expect(Date.parse(held.heldUntil) - Date.parse(held.updatedAt)).toBe(15 * 60_000);

    await expect.poll(async () => (await client.messages(guest.email)).length).toBe(1);
    const [message] = await client.messages(guest.email);
    expect(message).toMatchObject({
      subject: 'Chez Jane holds a table for you',
      text: expect.stringContaining('A table is held for Jane Doe.'),
    });

    // POLICY allows one change.
    expect((await booking.send('change-guests', { guests: 4 })).status).toBe(200);
    expect((await reaches(booking, 'held')).data).toMatchObject({ guests: 4, changesLeft: 0 });
    const refused = await booking.send('change-guests', { guests: 5 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'guests-changed-too-often', session: { state: 'held' } } });
    expect(refused.body.retryAfterMs ?? refused.headers.get('retry-after')).not.toBeNull();
    expect(await client.get('/problems/guests-changed-too-often')).toMatchObject({
      status: 200,
      body: expect.stringContaining('The number of guests was changed too often'),
    });

    const { body } = await booking.send('confirm');
    expect(body).toMatchObject({ status: 'done', outcome: 'booked' });
    expect(decodeJwt(body.result.token)).toMatchObject({ sub: booking.id, booked_by: 'Jane Doe', email: guest.email });
    expect(JSON.stringify([held, refused.body, body.data])).not.toContain(guest.email);
  });

  test('ends a booking that the restaurant refuses, one that it never answers, and one that the guest does not confirm', async () => {
    deps().partner.answers(409);
    expect(await reaches(await client.start('table-bookings', guest), 'unavailable')).toMatchObject({
      outcome: 'unavailable',
      result: null,
    });

    deps().partner.answers(503, 503, 503);
    const failing = await client.start('table-bookings', guest);
    await askedAgain(deps().partner, client, 3);
    await reaches(failing, 'unavailable');

    deps().partner.answers();
    const forgotten = await client.start('table-bookings', guest);
    await reaches(forgotten, 'held');
    await client.clock({ advance: 'PT15M' });
    await reaches(forgotten, 'cancelled');
    expect(deps().partner.asked).toEqual(['PUT /tables/ID', 'DELETE /tables/ID']);
  });

  test('aborts an attempt after the time-out of its task', async () => {
    deps().partner.answers('silence');
    const booking = await client.start('table-bookings', guest);
    await expect.poll(() => deps().partner.givenUp, { timeout: 20_000 }).toBe(1);
    await askedAgain(deps().partner, client, 2);
    await reaches(booking, 'held');
  });

  test('answers a meaningless body, and wrong fields', async () => {
    const wrong = await client.post('/v1/table-bookings', { ...guest, email: 'nowhere' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ path: '/email' }] } });
    const many = await client.post('/v1/table-bookings', { ...guest, guests: 13 });
    expect(many).toMatchObject({ status: 400, body: { errors: [{ path: '/guests' }] } });
  });

  test('runs parallel states at once, and returns to each after a pause', async () => {
    const departure = await client.start('departures', {});
    const { state } = departure.created;
    expect(state).toBe('preparing.fare.unpaid|preparing.luggage.open');
    expect((await departure.send('pay')).body.state).toContain('fare.paid');
    expect((await departure.send('pause')).body).toMatchObject({ state: 'paused', packedAt: null });
    await client.clock({ advance: 'PT2M' });
    const resumed = (await departure.send('resume')).body;
    expect(resumed.state).toBe('preparing.fare.paid|preparing.luggage.open');
    await client.clock({ advance: 'PT1M' });
    expect(await reaches(departure, 'ready')).toMatchObject({ status: 'done', result: { token: expect.any(String) } });
  });

  test('makes two calls, and undoes the first if the second fails', async () => {
    deps().partner.answers();
    await reaches(await client.start('trips', {}), 'booked');
    expect(deps().partner.asked).toEqual(['POST /flights', 'POST /hotels']);

    deps().partner.answers(200, 410, 503);
    const full = await client.start('trips', {});
    await expect.poll(() => deps().partner.asked).toEqual(['POST /flights', 'POST /hotels', 'DELETE /flights']);
    expect((await full.read()).state).toBe('returning');
    await askedAgain(deps().partner, client, 4);
    await reaches(full, 'failed');
    expect(deps().partner.asked).toEqual(['POST /flights', 'POST /hotels', 'DELETE /flights', 'DELETE /flights']);
  });

  test('describes the workflows in OpenAPI, on the start page, as a list and as pictures', async () => {
    const { body: openApi } = await client.get('/openapi.json');
    expect(Object.keys(openApi.paths)).toEqual(
      expect.arrayContaining(['/v1/table-bookings', '/v1/table-bookings/{id}/change-guests', '/v1/departures', '/v1/trips/{id}']),
    );
    expect(JSON.stringify(openApi)).toContain('guests-changed-too-often');
    const { body: page } = await client.get('/?workflow=table-booking');
    expect(page).toContain('<a href="/?workflow=table-booking" aria-current="page">');
    const { workflows } = JSON.parse(
      (/data-settings="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
    );
    expect(Object.keys(workflows['table-booking'].start.properties)).toEqual(['name', 'email', 'guests']);
    expect(Object.keys(workflows['table-booking'].events)).toEqual(['change-guests', 'confirm', 'cancel']);
    const { body: list } = await client.get('/v1/workflows');
    const described = list.workflows.find(({ name }: Json) => name === 'table-booking');
    expect(described.diagrams).toMatchObject({ svg: '/diagrams/table-booking.svg', json: '/diagrams/table-booking.json' });
    expect(await client.get(described.diagrams.svg)).toMatchObject({
      status: 200,
      body: deps().project.read('dist/bookings/diagrams/table-booking.svg'),
    });
    expect((await client.get('/diagrams?workflow=table-booking')).body).toContain('<svg');
    // The built-in workflows have the pictures of the package.
    expect((await client.get('/diagrams/email-verification.svg')).status).toBe(200);
    expect((await client.get('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });
}
