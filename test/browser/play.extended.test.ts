/**
 * The sandbox's start page: going back to try another event, links, keyboard, accessibility, weight, and workflows without screens of their
 * own.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { Client, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';
import { registry } from '../support/workflows.ts';
import { Player } from './player.ts';
import { booking } from './table-booking.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2, levels A and AA. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

describe.skipIf(!hasBrowser)(`the start page of the sandbox${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let browser: Browser;

  beforeAll(async () => {
    database = await testDatabase(quickDatabase);
    service = await startIn(database.environment, [...registry, booking]);
    client = new Client(service.url);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });

  const open = (address = '/', options = {}) => Player.at(browser, service.publicUrl + address, options);

  /** @returns each violation, with its place on the page */
  async function violations({ page }: Player): Promise<string[]> {
    await page.evaluate(axe);
    const found: string[] = [];
    // A colour scheme changes only colours.
    for (const [colorScheme, runOnly] of [
      ['light', rules],
      ['dark', ['color-contrast']],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations: all } = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(runOnly)} })`)) as {
        violations: { id: string; nodes: { target: string[] }[] }[];
      };
      found.push(...all.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${colorScheme}, ${id}: ${target.join(' ')}`)));
    }
    return found;
  }

  describe('going back', () => {
    test('replays the path to a moment in a new session, where another event can be tried', async () => {
      const player = await open('/?workflow=phone-verification');
      await player.press('Start');
      await player.sees('Enter the code');
      await player.enters('a wrong code');
      await player.press(/^Next deadline/);
      await player.press('Try another way: voice call');
      await expect.poll(() => player.page.locator('.timeline').innerText()).toContain('Switch channel');
      await player.enters('the correct code');
      await player.sees('Your phone number is verified');
      const reference = () => player.page.locator('#machine-tools .state').innerText();
      const [before, ended] = [await reference(), await client.get('/sandbox/clock')];

      await player.press(/^Go back to: Resend available/);
      await player.sees('Enter the code');
      await player.isIn('codeActive.resendable');
      expect(await reference()).not.toBe(before);
      expect(await player.page.locator('#person .counts').innerText()).toContain('4 attempts left. You can resend 4 times');
      expect(Date.parse((await client.get('/sandbox/clock')).body.now) - Date.parse(ended.body.now)).toBeGreaterThan(90_000);
      await player.press('Resend code');
      await player.enters('the correct code');
      await player.sees('Your phone number is verified');
      expect(player.complaints).toEqual([]);
      await player.close();
    });

    test('replays a path from a link, after its reader agrees', async () => {
      const player = await open('/?workflow=account-setup', { permissions: ['clipboard-read', 'clipboard-write'] });
      await player.press('Start');
      await player.sees('Enter the code');
      await player.enters('the correct code');
      await player.sees('Verify your phone number');
      await player.press(/^Copy link to: Session started \(phone verification\)/);
      const link = String(await player.page.evaluate('navigator.clipboard.readText()'));
      await player.close();

      const colleague: Player = await Player.at(browser, link);
      const sent = async () => (await client.get('/sandbox/messages')).body.messages.length;
      const before = await sent();
      expect(await colleague.page.locator('.note').first().innerText()).toMatch(/start, then submit code(?!.* up to 0:00)/);
      expect(await sent()).toBe(before);
      await colleague.press('Play path');
      await colleague.sees('Verify your phone number');
      await colleague.isIn('awaitingNumber');
      expect(await sent()).toBe(before + 1);
      expect(colleague.complaints).toEqual([]);
      await colleague.close();
    });

    test('waits at a limit instead of taking another path', async () => {
      const player = await open('/?workflow=phone-verification');
      await player.page.locator('#person').getByLabel('Phone number').fill('+33752345678');
      await player.press('Start');
      await player.sees('Enter the code');
      for (let times = 0; times < 4; times += 1) {
        await player.press(/^Go back to: Code sent/);
        await player.isIn('codeActive.cooldown');
        await player.sees('Enter the code');
      }
      expect(player.complaints).toEqual([]);
      await player.close();
    });
  });

  test('shows each request and answer, to copy into a terminal', async () => {
    const player = await open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await player.press('Start');
    await player.sees('Enter the code');
    await player.press('Copy', '#requests');
    const command = String(await player.page.evaluate('navigator.clipboard.readText()'));
    expect(command).toMatch(/^curl http:\/\/localhost:\d+\/v1\/email-verifications \\\n/);
    expect(command).toContain(`-d '{"email":"jane@example.com","device":{"type":"Phone","name":"Jane'\\''s phone"}}'`);
    expect(await player.page.locator('#requests pre').nth(1).innerText()).toContain('"state": "codeActive.cooldown"');
    await player.close();
  });

  test('accepts a pasted code, whatever text is around it', async () => {
    const player = await open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await player.press('Start');
    await player.sees('Enter the code');
    const code = await player.code();
    await player.page.evaluate(`navigator.clipboard.writeText('G-${code.slice(0, 3)} ${code.slice(3)}')`);
    const first = player.page.getByLabel('Digit 1 of 6');
    expect(await first.getAttribute('autocomplete')).toBe('one-time-code');
    await player.page.getByLabel('Digit 3 of 6').focus();
    await player.page.keyboard.press('Control+V');
    expect(await player.page.getByLabel('Digit 6 of 6').inputValue()).toBe(code.at(-1));
    await player.page.keyboard.press('Enter');
    await player.sees('Your email address is verified');
    await player.close();
  });

  test('works with the keyboard alone', async () => {
    const player = await open();
    const { keyboard } = player.page;
    const focused = () => player.page.evaluate('document.activeElement?.textContent?.trim() ?? ""');
    for (let press = 0; press < 40 && (await focused()) !== 'Start'; press += 1) await keyboard.press('Tab');
    await keyboard.press('Enter');
    await player.sees('Enter the code');
    // The code entry already has the focus, and announces its label.
    await expect.poll(() => player.page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Digit 1 of 6');
    expect(await player.page.locator('#announcement').innerText()).toMatch(/^Enter the code\. We sent a 6-digit code to /);
    const code = await player.code();
    await keyboard.type(`${code.slice(0, 5)}9`);
    await keyboard.press('Backspace');
    await keyboard.type(code.slice(5));
    await keyboard.press('Enter');
    await player.sees('Your email address is verified');
    await expect.poll(focused).toBe('Your email address is verified');
    await player.close();
  });

  test('violates no rule of WCAG 2.2 AA that axe checks, in light and in dark', async () => {
    const player = await open('/?workflow=phone-verification');
    expect(await violations(player)).toEqual([]);
    await player.press('Start');
    await player.sees('Enter the code');
    await player.enters('a wrong code');
    expect(await violations(player)).toEqual([]);
    await player.press('+40 min');
    await player.sees('The code has expired');
    await player.press('Get a new code');
    await player.sees('Enter the code');
    await player.enters('the correct code');
    await player.sees('Your phone number is verified');
    expect(await violations(player)).toEqual([]);
    await player.close();
  });

  test.each(['account-setup', 'account-change', 'support-access'])(
    'fits a screen of 320 pixels, which is 400 per cent zoom: %s',
    async (workflow) => {
      const width = 320;
      const player = await open(`/?workflow=${workflow}`, { viewport: { width, height: 640 } });
      if (workflow !== 'account-setup') await player.press('Create a test account');
      await player.press('Start');
      await player.page.locator('#person [data-heading]').waitFor();
      await player.page.locator('#requests [open] pre').first().waitFor();
      expect(await player.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await player.close();
    },
  );

  test('fits when only the text is twice as large', async () => {
    const player = await open('/?workflow=phone-verification');
    await player.page.evaluate('document.documentElement.style.fontSize = "200%"');
    await player.press('Start');
    await player.sees('Enter the code');
    expect(await player.page.evaluate('document.documentElement.scrollWidth')).toBe(1400);
    const [person, devices, machine] = await player.page
      .locator('.column')
      .evaluateAll((columns) => columns.map((column) => column.getBoundingClientRect().width));
    for (const width of [person, devices, machine]) expect(width).toBeGreaterThan(600);
    await player.close();
  });

  test('loads less than 100 kB of script, as transferred', async () => {
    const { page } = await openPage(browser);
    const scripts: Request[] = [];
    page.on('requestfinished', (request) => request.resourceType() === 'script' && scripts.push(request));
    await page.goto(service.publicUrl);
    await page.locator('#picture svg').waitFor();
    const sizes = await Promise.all(scripts.map(async (script) => (await script.sizes()).responseBodySize));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(scripts.map((script) => new URL(script.url()).pathname)).toContain('/assets/play/recorded-run.js');
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(100_000);
    await page.context().close();
  });

  test('without scripts, explains how to try the service from a terminal', async () => {
    const player = await open('/', { javaScriptEnabled: false });
    expect(await player.page.locator('noscript').innerText()).toContain('/v1/email-verifications');
    await player.close();
  });

  test('builds screens for an unknown workflow from its schemas and its machine', async () => {
    const player = await open('/?workflow=table-booking');
    expect(await player.page.getByLabel('Your address').inputValue()).toBe('jane@example.com');
    await player.press('Start');
    await player.sees('Stay');
    expect(await player.page.locator('#person').innerText()).toContain('How long do you want to stay?');
    expect(await player.page.locator('#person [aria-disabled="true"]').innerText()).toMatch(/^Order in (1:00|0:5\d)$/);
    const left = await player.page.locator('#person .wait').innerText();
    await expect.poll(() => player.page.locator('#person .wait').innerText(), { timeout: 3000 }).not.toBe(left);
    expect(await player.page.getByLabel('Minutes').inputValue()).toBe('90');
    await player.press(/^Next deadline kitchen opens/);
    await player.sees('Menu');
    await player.press('Order');
    await player.sees('Table');
    await player.press(/^Go back to: Session started/);
    await player.sees('Stay');
    await player.press('Say how long');
    await player.sees('Table');
    expect(await player.page.locator('#person').innerText()).toMatch(/Minutes\s+90/);
    expect(player.complaints).toEqual([]);
    await player.close();
  });
});
