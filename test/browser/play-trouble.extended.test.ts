/** The sandbox's start page in trouble: no answer from the service, a deleted session, a forged link. */
import type { Browser, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, skippedWithoutBrowser } from '../support/browser.ts';
import { Client, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';
import { Player } from './player.ts';

const key = 'a-key-of-the-shop-that-is-long';
const keys = { CLIENT_KEYS: `shop:${key}` };

describe.skipIf(!hasBrowser)(`the start page, in trouble${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let browser: Browser;
  let player: Player;

  beforeAll(async () => {
    database = await testDatabase('PGlite');
    service = await startIn({ ...database.environment, ...keys });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });
  afterEach(async () => {
    const { complaints } = player;
    await player.close();
    expect(complaints).toEqual([]);
  });

  /** Restarts the service at the same address. */
  async function comesBack(on = database): Promise<void> {
    service = await startIn({ ...on.environment, ...keys, PORT: new URL(service.url).port });
  }

  async function begin(shown = key): Promise<void> {
    player = await Player.at(browser, service.publicUrl);
    await player.page.getByLabel('Client key').fill(shown);
    await player.press('Start');
  }

  const said = (text: string) => player.page.locator('#notes [role="alert"]', { hasText: text });
  /** @returns the number of open event streams */
  function streams(): () => number {
    const open = new Set<Request>();
    player.page.on('request', (request) => request.url().endsWith('/stream') && open.add(request));
    player.page.on('requestfinished', (request) => open.delete(request));
    player.page.on('requestfailed', (request) => open.delete(request));
    return () => open.size;
  }

  test('asks for a client key where starts need one', async () => {
    await begin('another-key');
    await player.isTold('Missing or invalid token');
    await player.page.getByLabel('Client key').fill(key);
    await player.press('Start');
    await player.sees('Enter the code');
    expect(await player.page.locator('#requests').innerText()).toContain(`x-client-key: ${key}`);
  });

  test('sends a doubled request once', async () => {
    await begin();
    await player.sees('Enter the code');
    const sent: string[] = [];
    player.page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
    /** Two presses before the page is drawn again. */
    const pressTwice = (selector: string) =>
      player.page.evaluate(`{ const button = document.querySelector('${selector}'); button.click(); button.click(); }`);
    await pressTwice('.controls button');
    await expect.poll(() => player.page.locator('.controls button:disabled').count()).toBe(0);
    expect(sent).toEqual(['/sandbox/clock']);
    await pressTwice('#timeline button');
    await player.sees('Enter the code');
    await expect.poll(() => player.page.locator('#timeline button:disabled').count()).toBe(0);
    expect(sent.filter((path) => path === '/v1/email-verifications')).toHaveLength(1);
    await expect.poll(() => player.page.locator('.timeline li').count()).toBe(2);
  });

  test('keeps no stream open in a hidden tab, and only the streams of one session', async () => {
    player = await Player.at(browser, service.publicUrl);
    const open = streams();
    await player.page.getByLabel('Client key').fill(key);
    await player.press('Start');
    await player.sees('Enter the code');
    await expect.poll(open).toBe(1);
    await player.press(/^Go back to: Code sent/);
    await player.sees('Enter the code');
    await expect.poll(open).toBe(1);
    const hide = (isHidden: boolean) =>
      player.page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await hide(true);
    await expect.poll(open).toBe(0);
    await hide(false);
    await expect.poll(open).toBe(1);
  });

  test('reports that the service does not answer, and continues afterwards', async () => {
    await begin();
    await player.sees('Enter the code');
    const code = await player.code();
    await service.stop();
    await said('The service is not responding').waitFor();
    await player.page.locator('#person fieldset.code input').first().pressSequentially(code);
    await player.press('Verify');
    await player.isTold('The service is not responding');
    await comesBack();
    await said('The service is not responding').waitFor({ state: 'detached' });
    expect(await player.page.getByLabel('Digit 6 of 6').inputValue()).toBe(code.at(-1));
    await player.press('Verify');
    await player.sees('Your email address is verified');
  });

  test('reports that the session is gone, and starts over', async () => {
    await begin();
    await player.sees('Enter the code');
    await service.stop();
    const empty = await testDatabase('PGlite');
    try {
      await comesBack(empty);
      await said('This session no longer exists').waitFor();
      await player.press('Start over');
      await player.press('Start');
      await player.sees('Enter the code');
      expect(await said('The service does not know').count()).toBe(0);
    } finally {
      await service.stop();
      await empty.remove();
      await comesBack();
    }
  });

  test('follows a clock that another client moves or stops', async () => {
    await begin();
    await player.sees('Enter the code');
    const somebody = new Client(service.url);
    await somebody.clock({ advance: 'PT20M' });
    await expect.poll(() => player.page.locator('#person .counts').innerText(), { timeout: 10_000 }).toMatch(/Expires in (20:00|19:\d\d)/);
    await player.enters('a wrong code');
    await player.isTold('Incorrect code');
    await somebody.clock({ advance: 'PT21M' });
    await player.sees('The code has expired');
    await expect.poll(() => player.page.locator('#person [role="alert"]').innerText()).toBe('');
    await somebody.clock({ freeze: true });
    await player.press('Clock paused. Resume');
    await expect.poll(() => player.page.getByRole('button', { name: /stands still/ }).count()).toBe(0);
    expect((await somebody.get('/sandbox/clock')).body.frozen).toBe(false);
  });

  test('ignores a malformed link, and asks before it follows a link in the address', async () => {
    const script = '<img src=x onerror="document.title=1">';
    const link = (path: object) => `#play=${Buffer.from(JSON.stringify(path)).toString('base64url')}`;
    const step = { at: 0, refusal: null, do: 'send', depth: 0, type: '../../../sandbox/clock', body: {} };
    player = await Player.at(browser, `${service.publicUrl}/${link({ workflow: 'email-verification', steps: [step], until: 0 })}`);
    await said('holds no path').waitFor();
    const titled = await player.page.title();
    const start = { at: 0, refusal: null, do: 'start', body: { email: script } };
    const fails = { at: 0, refusal: null, do: 'deliveries', channel: 'email', outcome: 'fail' };
    await player.page.evaluate(`location.hash = '${link({ workflow: 'email-verification', steps: [fails, start], until: 0 })}'`);
    await player.page.getByText('make the next email fail, then start').waitFor();
    await player.press('Play path');
    await said('“Start” was refused: unauthenticated. In the recording, it succeeded').waitFor();
    expect(await player.page.title()).toBe(titled);
    await expect.poll(() => player.page.locator('img').count()).toBe(0);
  });
});
