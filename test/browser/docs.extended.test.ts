/** The API reference in a real browser: every call can be tried there. Without a browser the tests are skipped, and their titles say so. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { Client, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

describe.skipIf(!hasBrowser)(`the reference${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    database = await testDatabase('PGlite');
    // The public address differs: the page calls the service under the address at which it was opened.
    service = await startIn({ ...database.environment, PUBLIC_URL: 'https://verify.example' });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });

  async function open(address: string, width = 1280): Promise<void> {
    await page?.context().close();
    ({ page, complaints } = await openPage(browser, { service: service.url, viewport: { width, height: 900 } }));
    await page.goto(service.url + address);
  }

  const operation = (id: string) => page.locator(`#operations-Email_verification-${id}`);

  /** Fills in the fields of a call, sends it, and reads the answer. */
  async function tried(id: string, body: unknown, parameters: Readonly<Record<string, string>> = {}) {
    const shown = operation(id);
    if ((await shown.locator('.execute').count()) === 0) await shown.locator('.opblock-summary-control').click();
    for (const [name, value] of Object.entries(parameters)) await shown.locator(`tr[data-param-name="${name}"] input`).fill(value);
    await shown.locator('.body-param__text').fill(JSON.stringify(body));
    await shown.locator('.execute').click();
    const answer = shown.locator('.live-responses-table');
    const [status, json] = [answer.locator('tbody .response-col_status').first(), answer.locator('.highlight-code code').first()];
    await json.waitFor();
    return { status: Number.parseInt(await status.innerText(), 10), body: JSON.parse(await json.innerText()) };
  }

  test('takes a verification from start to end, with the token of the session', async () => {
    await open('/docs');
    const started = await tried('emailVerificationStart', { email: 'tried@example.com' });
    expect(started).toMatchObject({ status: 201, body: { status: 'active' } });
    const { id, sessionToken } = started.body;
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('.auth-container', { hasText: 'sessionToken' }).locator('input').fill(sessionToken);
    await page.locator('.auth-container', { hasText: 'sessionToken' }).getByRole('button', { name: 'Apply credentials' }).click();
    await page.locator('.auth-container', { hasText: 'sessionToken' }).locator('.btn-done').click();
    const code = await new Client(service.url).codeFor('tried@example.com');
    expect(await tried('emailVerificationSubmitCode', { code }, { id })).toMatchObject({ status: 200, body: { outcome: 'verified' } });
    expect(complaints).toEqual([]);
  });

  test('opens at the request that a problem’s page names', async () => {
    await open('/problems/wrong-code', 390);
    await page.getByRole('link', { name: 'POST /v1/email-verifications/{id}/submit-code' }).click();
    await operation('emailVerificationSubmitCode').locator('.execute').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(complaints).toEqual([]);
  });
});
