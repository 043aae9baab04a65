/** Linking in a real browser: the value goes only to the page that opened the provider. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { Player } from './player.ts';

/** No server listens there: the test itself answers with the attacker's page. */
const foreignOrigin = 'http://attacker.example';

describe.skipIf(!hasBrowser)(`a link requested by the page${skippedWithoutBrowser}`, () => {
  let service: TestService;
  let browser: Browser;
  let context: BrowserContext;
  let player: Player;
  beforeAll(async () => {
    service = await startTestService('PGlite', { LINK_RETURN_URLS: 'http://localhost:9/linked' });
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    player = await Player.at(browser, `${service.publicUrl}/?workflow=account-setup`);
    context = player.page.context();
    await player.setsUpWithoutPhone();
    await player.press('Link account: sandbox');
  });
  afterEach(async () => {
    expect(player.complaints).toEqual([]);
    await player.close();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  const way = () => player.page.getByRole('link', { name: /^Go to \S+ for the authorization in a new tab/ });
  const forwarded = async () => (await way().getAttribute('href')) ?? expect.fail('There is no address');
  /** Agrees, and stays on the next page. @returns its visible text */
  async function agrees(there: Page): Promise<string> {
    await there.getByRole('button', { name: 'Agree', exact: true }).click();
    await there.waitForURL(/\/oauth\/callback/);
    return there.locator('body').innerText();
  }
  const nothingIsLinked = async (said: string) => {
    expect(said).toContain('Nothing is linked yet');
    expect(said).not.toMatch(/[\w-]{43}/);
    await player.isIn('confirmingLink');
    await player.page.getByText('Only the page that opened the provider can continue').waitFor();
  };

  test('is confirmed automatically when its owner agrees in the tab that the page opened, and the tab closes', async () => {
    const [there] = await Promise.all([player.page.waitForEvent('popup'), way().click()]);
    await Promise.all([there.waitForEvent('close'), there.getByRole('button', { name: 'Agree', exact: true }).click()]);
    await player.sees('Your account is ready');
    await player.isIn('complete');
    // The page shows the request without the value.
    await player.page.locator('.requests', { hasText: 'confirm-link' }).waitFor();
    expect(await player.page.locator('.requests').textContent()).toContain('"value":"(handed over)"');
  });

  test('is not confirmed for a victim who agrees at a forwarded address, in another browser', async () => {
    const { page: victim } = await openPage(browser);
    await victim.goto(await forwarded());
    await nothingIsLinked(await agrees(victim));
    await victim.context().close();
  });

  test('is not confirmed from a tab without an opener, and can be requested again', async () => {
    const alone = await context.newPage();
    await alone.goto(await forwarded());
    await nothingIsLinked(await agrees(alone));
    await player.press('Link account: sandbox');
    const [there] = await Promise.all([player.page.waitForEvent('popup'), way().click()]);
    await there.getByRole('button', { name: 'Agree', exact: true }).click();
    await player.sees('Your account is ready');
  });

  test('is not confirmed through a page of another origin that opens the provider, nor through another page of the same origin', async () => {
    await context.route(`${foreignOrigin}/**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>attacker</title>' }));
    for (const place of [`${foreignOrigin}/`, `${service.publicUrl}/?workflow=account-setup`]) {
      const page = await context.newPage();
      await page.goto(place);
      await page.evaluate('window.heard = []; addEventListener("message", ({ data }) => window.heard.push(data))');
      const [there] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(`void window.open(${JSON.stringify(await forwarded())})`),
      ]);
      await nothingIsLinked(await agrees(there));
      // Messages arrive in the order of sending, so earlier messages have arrived before this one.
      await there.evaluate('opener.postMessage("afterwards", "*")');
      await page.waitForFunction('window.heard.includes("afterwards")');
      const heard = JSON.stringify(await page.evaluate('window.heard'));
      if (place.startsWith(foreignOrigin)) expect(heard).toBe('["afterwards"]');
      await player.press('Link account: sandbox');
      await player.isIn('authorizing');
    }
  });

  test('accepts no value from a page that imitates the callback', async () => {
    const [session] = new URL(await forwarded()).searchParams.get('state')?.split('.') ?? [];
    const forged = JSON.stringify({ type: 'link-value', session, value: 'y'.repeat(43) });
    await player.page.evaluate(`new Promise((resolve) => {
      addEventListener('message', ({ data }) => data === 'afterwards' && resolve());
      postMessage(${forged}, location.origin);
      postMessage('afterwards', location.origin);
    })`);
    await expect.poll(() => player.page.locator('.requests').innerText()).not.toContain('confirm-link');
    await player.isIn('authorizing');
  });
});
