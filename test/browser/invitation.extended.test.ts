/** The page of an invited party in a real browser: it shows the party's view, and only a pressed button changes anything. */
import type { Browser } from 'playwright-core';
import { createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { expenses } from '../support/expense.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

describe.skipIf(!hasBrowser)(`the page of an invited party${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let publicUrl: string;
  let browser: Browser;
  beforeAll(async () => {
    database = await testDatabase('PGlite');
    service = await createService({ modules: [expenses], config: { ...database.environment, POLICY: 'seed', SANDBOX: 'true' } });
    const address = await service.listen();
    client = new Client(address.url);
    publicUrl = address.publicUrl;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });

  test('shows the expense, and approves it when the button is pressed, on a small screen', async () => {
    const body = {
      requester: 'r@example.com',
      firstApprover: 'a@example.com',
      secondApprover: 'b@example.com',
      expenseReason: '<b>Chairs</b>',
    };
    const session = await client.start('expenses', body);
    await expect.poll(() => client.messages('a@example.com')).toHaveLength(1);
    const [{ text }] = await client.messages('a@example.com');
    const link = /\S+\/invitations\/\S+/.exec(text)?.[0] ?? '';
    const { page, complaints } = await openPage(browser, { service: publicUrl, viewport: { width: 320, height: 640 } });
    await page.goto(link);
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await page.locator('main').innerText()).toContain('<b>Chairs</b>');
    expect((await session.read()).data).toMatchObject({ viewer: 'holder' });
    expect((await session.history()).map(({ event }) => event)).toEqual(['start']);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Done.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect((await session.history()).map(({ event }) => event)).toEqual(['start', 'approve']);
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('This is over: rejected.').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('says that a wrong link is no longer valid', async () => {
    const { page } = await openPage(browser, { service: publicUrl, mayBeRefused: true });
    await page.goto(`${publicUrl}/invitations/expenses/0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d#approver1.1.${'x'.repeat(43)}`);
    await page.getByRole('heading', { name: 'This link is no longer valid' }).waitFor();
  });
});
