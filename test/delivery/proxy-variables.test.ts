/** The variables of the environment that name a proxy: no provider reads them, so all connections go the same way. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { twilioSms } from '../../src/delivery/twilio.ts';
import { webhookProvider } from '../../src/delivery/webhook.ts';
import { LinkProviders } from '../../src/linking/link-providers.ts';
import { ScriptedProvider } from '../support/scripted-openid-provider.ts';
import { type LocalServer, listen } from './local-server.ts';
import { unusedPort } from './mail-server.ts';
import { textMessage } from './messages.ts';
import { account, startTwilio } from './twilio-server.ts';
import { startWebhook, webhookSecret } from './webhook-server.ts';

const never = new AbortController().signal;
const text = { subject: null, text: '042917', html: null, language: 'en' };

let proxy: LocalServer;
let atProxy: number;
beforeEach(async () => {
  atProxy = 0;
  const server = createServer((_, response) => response.writeHead(502).end());
  server.on('connect', (_, socket: Socket) => socket.end('HTTP/1.1 502 No\r\n\r\n'));
  server.on('connection', () => {
    atProxy += 1;
  });
  proxy = await listen(server);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
    vi.stubEnv(name, proxy.origin);
    vi.stubEnv(name.toLowerCase(), proxy.origin);
  }
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.stop();
});

const twilio = (apiUrl: string) => twilioSms({ ...account, from: '+14155550100', apiUrl, callbackUrl: () => null, now: Date.now });

test('are not read by Twilio, over either scheme', async () => {
  const server = await startTwilio();
  const provider = twilio(server.url);
  expect(await provider.send(textMessage, text, never)).toEqual({ outcome: 'accepted' });
  await provider.close();
  await server.stop();
  const closed = twilio(`https://127.0.0.1:${await unusedPort()}`);
  expect(await closed.send(textMessage, text, never)).toMatchObject({ sent: 'no', reason: 'no connection to Twilio (ECONNREFUSED)' });
  await closed.close();
  expect(atProxy).toBe(0);
});

test('are not read by the webhook', async () => {
  const server = await startWebhook();
  const provider = webhookProvider({ url: server.url, secret: webhookSecret, callbackUrl: () => null, now: Date.now });
  expect(await provider.send(textMessage, text, never)).toEqual({ outcome: 'accepted' });
  await provider.close();
  await server.stop();
  expect(atProxy).toBe(0);
});

test('are not read by the client at OpenID providers', async () => {
  const acme = await ScriptedProvider.start();
  expect(await new LinkProviders([acme.setting], 'https://verify.example/oauth/callback', Date.now).check('acme')).toBeNull();
  await acme.close();
  expect(atProxy).toBe(0);
});
