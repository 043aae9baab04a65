/** The project's service as a part of an application: the requests that Hono and Express pass on. */
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../support/service.ts';
import { guest, reaches } from './booking.ts';
import type { Partner } from './partner.ts';
import type { Project, Server } from './project-folder.ts';

export interface MountedDeps {
  /** The Node.js binary. */
  readonly node: string;
  readonly project: Project;
  readonly partner: Partner;
  readonly settings: Readonly<Record<string, string>>;
}

/** @param deps made before the first test */
export function mountedSuite(deps: () => MountedDeps): void {
  describe.each(['hono', 'express', 'express-json'])('in an application of %s', (kind) => {
    let server: Server;
    let client: Client;
    beforeAll(async () => {
      const { node, project, settings } = deps();
      const args = ['dist/mounted.js', kind];
      server = await project.serve(node, args, { ...settings, TRUSTED_PROXIES: '127.0.0.1' });
      client = new Client(`${server.url}/verify`);
    });

    test('serves its routes under the prefix, and the application serves the rest', async () => {
      deps().partner.answers();
      expect((await new Client(server.url).get('/')).body).toBe('the application');
      expect((await new Client(server.url).get('/v1/workflows')).status).toBe(404);
      const booking = await client.start('table-bookings', guest);
      await reaches(booking, 'held');
      const { status, body } = await booking.send('confirm');
      expect({ status, outcome: body.outcome }).toEqual({ status: 200, outcome: 'booked' });
      expect(decodeJwt(body.result.token).iss).toBe(`${server.url}/verify`);
      const { status: headStatus, headers, body: none } = await client.call('HEAD', '/v1/workflows');
      expect({ headStatus, none }).toEqual({ headStatus: 200, none: '' });
      expect(Number(headers.get('content-length') ?? 1)).toBeGreaterThan(0);
      expect((await client.post('/v1/table-bookings', '{')).status).toBe(400);
    });

    test('streams a session', async () => {
      const booking = await client.start('table-bookings', guest);
      await reaches(booking, 'held');
      const stream = await fetch(`${client.url}${booking.path}/stream`, { headers: { authorization: `Bearer ${booking.token}` } });
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
      let seen = (await reader.read()).value ?? '';
      await booking.send('cancel');
      while (!seen.includes('"cancelled"')) {
        const { value, done } = await reader.read();
        if (done) break;
        seen += value;
      }
      expect(seen).toContain('"outcome":"cancelled"');
      await reader.cancel();
    });

    test('counts a client by the address that its proxy names', async () => {
      const ask = (address: string, number: number) =>
        client.post('/v1/email-verifications', { email: `guest-${number}@example.com` }, { headers: { 'x-forwarded-for': address } });
      const answers: number[] = [];
      for (let number = 0; number < 31; number += 1) answers.push((await ask('203.0.113.7', number)).status);
      expect(answers.indexOf(429)).toBe(30);
      expect((await ask('198.51.100.7', 40)).status).toBe(201);
    });

    test('stops', async () => {
      expect(await server.end('line')).toMatchObject({ status: 0, stdout: expect.stringMatching(/stopped\n$/), stderr: '' });
    });
  });
}
