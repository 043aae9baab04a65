/** The designers' page in a real browser. Without a browser the tests are skipped, and their titles say so. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { Client, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

describe.skipIf(!hasBrowser)(`the designers' page${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    database = await testDatabase(quickDatabase);
    service = await startIn(database.environment);
    client = new Client(service.url);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });

  /** @param address of the page, relative to the service */
  async function open(address: string, width = 1280): Promise<void> {
    await page?.context().close();
    ({ page, complaints } = await openPage(browser, { service: service.publicUrl, viewport: { width, height: 800 } }));
    await page.goto(service.publicUrl + address);
    await page.locator('#panel h2').first().waitFor();
  }

  const viewBox = () => page.locator('svg.shown').getAttribute('viewBox');
  const heading = () => page.locator('#panel .heading h2').textContent();

  test('shows the details of a state and of a transition that are clicked', async () => {
    await open('/diagrams');
    await page.getByText('Everything', { exact: true }).click();
    await page.locator('svg.shown [data-state="codeActive.cooldown"] .sd-title').click();
    expect(await heading()).toBe('Cooldown');
    expect(await page.locator('#panel').innerText()).toContain('resend-too-soon until 90 s');
    await page.getByRole('button', { name: 'Show the whole picture' }).click();
    await page.locator('svg.shown [data-transition="codeActive:after-codeLifetime:0"] .sd-heading').click();
    expect(await heading()).toBe('after 40 min');
    expect(await page.locator('#panel').innerText()).toContain('codeLifetime');
    expect(complaints).toEqual([]);
  });

  test('is walked through with the keyboard alone', async () => {
    await open('/diagrams');
    const focused = () => page.evaluate('document.activeElement?.getAttribute("data-state")');
    for (let press = 0; press < 30 && (await focused()) === null; press += 1) await page.keyboard.press('Tab');
    expect(await focused()).toBe('codeActive');
    await page.keyboard.press('Enter');
    expect(await heading()).toBe('Code active');
    await page.keyboard.press('Escape');
    expect(await page.locator('#panel h2').textContent()).toBe('Legend');
    const before = await viewBox();
    await page.keyboard.press('+');
    const nearer = await viewBox();
    expect(nearer).not.toBe(before);
    await page.keyboard.press('ArrowDown');
    expect(await viewBox()).not.toBe(nearer);
    await page.keyboard.press('0');
    expect(await viewBox()).toBe(before);
  });

  test('shows the answers of Locked itself, without those of the state around it', async () => {
    await open('/diagrams');
    await page.getByText('Everything', { exact: true }).click();
    await page.locator('svg.shown [data-state="codeActive.locked"] .sd-title').click();
    const listed = (name: string) => page.locator('#panel section', { has: page.getByRole('heading', { name, exact: true }) }).innerText();
    expect(await listed('Accepted')).not.toContain('SUBMIT_CODE');
    expect(await listed('Refused')).toMatch(/SUBMIT_CODE too-many-attempts/);
    expect(await listed('Refused')).not.toContain('wrong-code');
  });

  test('is moved by dragging, and zoomed by the wheel', async () => {
    await open('/diagrams');
    const before = await viewBox();
    await page.mouse.move(60, 500);
    await page.mouse.down();
    await page.mouse.move(160, 560, { steps: 3 });
    await page.mouse.up();
    const dragged = await viewBox();
    expect(dragged).not.toBe(before);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await expect.poll(viewBox).not.toBe(dragged);
  });

  test('remembers the chosen colours', async () => {
    await open('/diagrams');
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByText('Dark', { exact: true }).click();
    expect(await ground()).toBe('rgb(20, 23, 26)');
    await page.reload();
    expect(await ground()).toBe('rgb(20, 23, 26)');
  });

  test('follows a session to its end', async () => {
    await client.freeze();
    const session = await client.verify('live@example.com');
    await open(`/diagrams?workflow=email-verification&session=${session.id}#token=${session.token}`);
    const active = (state: string) => page.locator(`svg.shown .active[data-state="${state}"]`).waitFor();
    await active('codeActive.cooldown');
    await active('codeActive');
    expect(await page.locator('svg.shown .enabled[data-event="submit-code"]').count()).toBe(1);
    expect(await page.locator('.live').innerText()).toContain('canResendAt in 1 min 30 s');
    await client.clock({ advance: 'PT41M' });
    await active('expired');
    await session.send('cancel');
    await page.getByText('Ended: cancelled.').waitFor();
    expect(await page.locator('svg.shown .active').count()).toBe(1);
    expect(complaints).toEqual([]);
    await client.clock({ freeze: false });
  });

  test('rejects a token of another session, and never sends a token in an address', async () => {
    const session = await client.verify('token@example.com');
    await open(`/diagrams?workflow=email-verification&session=${session.id}#token=${session.token}x`);
    await page.getByText('This token does not open this session').waitFor();
  });

  test('shows the number of sessions in each state', async () => {
    await client.verify('one@example.com');
    await open('/diagrams');
    await page.getByText('Everything', { exact: true }).click();
    await page.getByText('Sessions', { exact: true }).click();
    const badge = page.locator('svg.shown text[data-count="codeActive"]');
    await expect.poll(async () => Number(await badge.textContent())).toBeGreaterThan(0);
    await page.getByText('Sessions', { exact: true }).click();
    expect(await badge.textContent()).toBe('');
  });

  test('shows the transitions that the tests cover', async () => {
    await open('/diagrams');
    const sentences = ['Start, then cancel.'];
    const coverage = { version: 1, states: {}, transitions: { 'any:cancel:0': { paths: 1, examples: [0] } }, sentences };
    await page.route('**/coverage.json', (route) => route.fulfill({ json: coverage }));
    await page.route('**/diagrams', async (route) => {
      const body = await (await route.fetch()).text();
      const choice = '<input type="checkbox" name="coverage" checked>';
      await route.fulfill({ body: body.includes('name="coverage"') ? body : body.replace('</header>', `${choice}</header>`) });
    });
    await page.reload();
    const cancel = page.locator('svg.shown [data-transition="any:cancel:0"]');
    await page.locator('svg.shown .covered').first().waitFor();
    expect(await page.locator('svg.shown .covered').count()).toBe(1);
    await cancel.locator('.sd-heading').click();
    expect(await page.locator('#panel').innerText()).toContain('Start, then cancel.');
  });

  test('fits a screen of 320 pixels', async () => {
    await open('/diagrams', 320);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(complaints).toEqual([]);
  });
});
