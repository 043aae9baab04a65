/**
 * The sandbox's start page with workflows of several parties: a person plays the invited party, the client and the backend besides their own
 * part, and goes back to a moment between their steps.
 */
import type { Browser } from 'playwright-core';
import { createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import photoBook from '../../examples/photo-book/workflows/photo-book.ts';
import toolLoan from '../../examples/tool-loan/workflows/tool-loan.ts';
import { hasBrowser, launchBrowser, skippedWithoutBrowser } from '../support/browser.ts';
import { expenses } from '../support/expense.ts';
import { type TestDatabase, testDatabase } from '../support/service.ts';
import { Player } from './player.ts';

describe.skipIf(!hasBrowser)(`the start page with several parties${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let service: Service;
  let publicUrl: string;
  let browser: Browser;

  beforeAll(async () => {
    database = await testDatabase('PGlite');
    const config = { ...database.environment, POLICY: 'seed', SANDBOX: 'true' };
    service = await createService({ modules: [toolLoan, photoBook, expenses], config });
    ({ publicUrl } = await service.listen());
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await database?.remove();
  });

  const open = (workflow: string) => Player.at(browser, `${publicUrl}/?workflow=${workflow}`);
  const buttons = async ({ page }: Player): Promise<string[]> => page.locator('#person .actions button').allInnerTexts();
  const isIn = ({ page }: Player, state: string) => expect.poll(() => page.locator('#machine-tools .state').innerText()).toContain(state);
  /** Takes a picture of the page if `SCREENSHOTS` names a folder. */
  const picture = async ({ page }: Player, name: string) => {
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  test('offers the events of the borrower as soon as the invitation has arrived, and repeats them', async () => {
    const player = await open('tool-loan');
    await player.press('Start');
    await player.sees('A tool for you');
    await expect.poll(() => buttons(player)).toContain('Accept, as the borrower');
    expect(await buttons(player)).toContain('Call off');
    await picture(player, 'loan-offered');
    await player.press('Accept, as the borrower');
    await player.sees('The tool is lent');
    await player.press('Bring back, as the borrower');
    await player.sees('Is the tool back?');
    expect(await player.page.locator('.timeline').innerText()).toContain('Bring back');
    await expect.poll(() => buttons(player)).toEqual(['Confirm return', 'Dispute']);

    await player.press(/^Go back to: Accept/);
    await player.sees('The tool is lent');
    await expect.poll(() => buttons(player)).toEqual(['Bring back, as the borrower']);
    await player.press('Bring back, as the borrower');
    await player.press('Confirm return');
    await isIn(player, 'returned');
    expect(await buttons(player)).toEqual([]);
    expect(player.complaints).toEqual([]);
    await player.close();
  });

  test('offers an event of two parties to each of them, until it has approved, and the events of a client', async () => {
    const player = await open('expense');
    for (const [label, value] of Object.entries({ Requester: 'jane', 'First approver': 'ann', 'Second approver': 'bob' }))
      await player.page.getByLabel(label).fill(`${value}@example.com`);
    await player.page.getByLabel('Expense reason').fill('Chairs');
    await player.press('Start');
    await expect.poll(() => buttons(player)).toContain('Approve, as the approver2');
    await player.press('Approve, as the approver1');
    await expect.poll(() => buttons(player)).not.toContain('Approve, as the approver1');
    await picture(player, 'expense-approved-once');
    expect(await buttons(player)).toEqual(expect.arrayContaining(['Reject, as the approver1', 'Approve, as the approver2', 'Withdraw']));
    await player.press('Approve, as the approver2');
    await player.press('Pay, as the client');
    await isIn(player, 'paid');
    await player.press(/^Go back to: Approve/);
    const left = ['Invite again', 'Withdraw', 'Approve, as the approver2', 'Reject, as the approver1', 'Reject, as the approver2'];
    await expect.poll(() => buttons(player), { timeout: 10_000 }).toEqual(left);
    expect(player.complaints).toEqual([]);
    await player.close();
  });

  test('answers for a backend, and repeats the answer', async () => {
    const player = await open('photo-book');
    await player.press('Start');
    await player.sees('Your book');
    await expect.poll(() => buttons(player)).toEqual(expect.arrayContaining(['Printable, as the print shop', 'Failed, as the print shop']));
    expect(await player.page.locator('#person [role="group"]').innerText()).toContain('Check: the print shop is asked');
    await picture(player, 'book-checking');
    await player.press('Printable, as the print shop');
    await player.sees('Your proof');
    await player.press('Approve');
    await player.press('Out of paper, as the print shop');
    await player.sees('Your order is paused');
    expect(await player.page.locator('.timeline').innerText()).toContain('Check done');

    await player.press(/^Go back to: Approve/);
    await player.sees('Your book');
    await player.press('Printed, as the print shop');
    await isIn(player, 'printed');
    await picture(player, 'book-printed');
    expect(player.complaints).toEqual([]);
    await player.close();
  });
});
