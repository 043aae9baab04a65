/** The languages that devices ask for: no locale refuses a start, and a webhook learns the person's own. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startWebhook, webhookSecret } from '../delivery/webhook-server.ts';
import { type Client, quickDatabase, startTestService, type TestService } from '../support/service.ts';

describe('locales of devices', () => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    client = service.client;
  });
  afterAll(() => service.remove());

  const german = /Ihr Code|Bestätigungscode/;
  test.each([
    ['de_AT', german],
    ['de-DE-1996', german],
    ['de-DE-u-co-phonebk', german],
    ['de_DE.UTF-8', german],
    ['de_DE@calendar=gregorian;numbers=latn', german],
    ['ca-ES-valencia', /verification code/],
    ['en-US-POSIX', /verification code/],
    ['en-US-u-hc-h12', /verification code/],
    ['zh_TW_#Hant', /verification code/],
    ['C.UTF-8', /verification code/],
    ['i-klingon', /verification code/],
    ['und', /verification code/],
    ['', /verification code/],
  ])('a start takes %j', async (locale, words) => {
    const email = `locale-${Buffer.from(locale).toString('hex').slice(0, 40)}@example.com`;
    await client.verify(email, { locale });
    const [message] = await client.messages(email);
    expect(`${message.subject} ${message.text}`).toMatch(words);
  });

  test.each(['../../etc', 'de DE', 'de\n', '<b>', 'x'.repeat(101), `en_US@${'currency=usd;'.repeat(8)}`, '12'])(
    'text that is no locale stays refused: %j',
    async (locale) => {
      const answer = await client.post('/v1/email-verifications', { email: 'none@example.com', locale });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, '/locale']);
    },
  );

  test.each([
    ['de-CH, fr;q=0.9', german],
    ['ja, de;q=0.5', german],
    ['*', /verification code/],
    ['', /verification code/],
    ['x'.repeat(200), /verification code/],
    ['de;q=0, fr;q=0', /verification code/],
    ['*;q=0.9, de;q=0.1', german],
    ['fr ; q=0.2 , de ; q=0.8', german],
    ['de_AT.UTF-8', german],
    ['zh-Hant-TW, en;q=0.5', /verification code/],
  ])('a browser that asks for %s gets the nearest language', async (wanted, words) => {
    const email = `browser-${Buffer.from(wanted).toString('hex').slice(0, 40)}@example.com`;
    await client.verify(email, {}, { 'accept-language': wanted });
    const [message] = await client.messages(email);
    expect(`${message.subject} ${message.text}`).toMatch(words);
  });

  test('the language of the browser replaces a locale that names none', async () => {
    await client.verify('posix@example.com', { locale: 'C.UTF-8' }, { 'accept-language': 'de' });
    expect((await client.messages('posix@example.com'))[0].text).toMatch(german);
  });
});

test('a webhook learns the language of the person, whatever languages have templates', async () => {
  const webhook = await startWebhook();
  onTestFinished(() => webhook.stop());
  const { client, remove } = await startTestService(quickDatabase, { WEBHOOK_URL: webhook.url, WEBHOOK_SECRET: webhookSecret });
  onTestFinished(remove);
  await client.verify('own@example.com', { locale: 'pt_BR' });
  await client.verify('browser@example.com', {}, { 'accept-language': 'ja-JP, en;q=0.8' });
  await client.verify('french@example.com', {}, { 'accept-language': 'ja, fr-CA;q=0.8' });
  await client.verify('system@example.com', {}, { 'accept-language': 'zh_TW.UTF-8, de;q=0' });
  await client.verify('none@example.com');
  const sent = webhook.requests.map(({ body }) => JSON.parse(body).data);
  expect(sent.map(({ language, locale }) => [language, locale])).toEqual([
    ['en', 'pt-BR'],
    ['en', 'ja-JP'],
    ['fr', 'fr-CA'],
    ['en', 'zh-TW'],
    ['en', null],
  ]);
});
