/** Every workflow through the sandbox's start page: success, a resend, an expired code, a failed delivery, a locked code. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, skippedWithoutBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { Player } from './player.ts';

interface Journey {
  readonly workflow: string;
  readonly needsAccount?: boolean;
  /** The path of the state in which the machine enters codes. */
  readonly within: string;
  /** The channel of the code, in the words of the buttons. */
  readonly way: 'email' | 'text';
  /** The result of the correct code: the screen, and the state. */
  readonly end: readonly [title: string, state: string];
}

const journeys: readonly Journey[] = [
  { workflow: 'email-verification', within: '', way: 'email', end: ['Your email address is verified', 'verified'] },
  { workflow: 'phone-verification', within: '', way: 'text', end: ['Your phone number is verified', 'verified'] },
  { workflow: 'login-verification', needsAccount: true, within: '', way: 'text', end: ['You are logged in', 'authenticated'] },
  { workflow: 'account-change', needsAccount: true, within: 'confirming.', way: 'text', end: ['Enter the code', 'verifyingDestination'] },
];

describe.skipIf(!hasBrowser)(`the page of a workflow${skippedWithoutBrowser}`, () => {
  let service: TestService;
  let browser: Browser;
  let player: Player;
  let opened = '';

  beforeAll(async () => {
    service = await startTestService('PGlite');
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });
  afterEach(() => expect(player.complaints).toEqual([]));

  /** Starts over if the page is open already. */
  async function open(workflow: string, needsAccount = false): Promise<void> {
    const again = opened === workflow && player.page.getByRole('button', { name: 'Start over' });
    if (again && (await again.isEnabled().catch(() => false))) await again.click();
    else {
      if (opened !== '') await player.close();
      player = await Player.at(browser, `${service.publicUrl}/?workflow=${workflow}`);
      opened = workflow;
    }
    if (needsAccount) {
      await player.press('Create a test account');
      await player.page.locator('form.account').waitFor({ state: 'detached' });
    }
  }

  describe.each(journeys)('$workflow', ({ workflow, needsAccount, within, way, end: [title, state] }) => {
    async function begin(): Promise<void> {
      await open(workflow, needsAccount);
      await player.press('Start');
    }

    test('succeeds with the correct code', async () => {
      await begin();
      await player.sees('Enter the code');
      await player.page.locator('#picture .enabled[data-event="submit-code"]').first().waitFor();
      await player.enters('the correct code');
      await player.sees(title);
      if (title === 'Enter the code') await player.press(/^Account/, '#machine-tools');
      else await expect.poll(() => player.page.locator('#picture .enabled').count()).toBe(0);
      await player.isIn(state);
    });

    test('sends the code again after the cool-down', async () => {
      await begin();
      await player.sees('Enter the code');
      const resend = player.page.getByRole('button', { name: /^Resend code/ });
      expect(await resend.getAttribute('aria-disabled')).toBe('true');
      expect(await resend.innerText()).toMatch(/^Resend code in (1:[0-3]\d|0:5\d)$/);
      const code = await player.code();
      await player.enters('a wrong code');
      await player.isTold('Incorrect code');
      expect(await player.page.getByLabel('Digit 6 of 6').inputValue()).toBe('');
      await player.press(/^Next deadline/);
      await expect.poll(() => player.page.locator('#announcement').innerText()).toMatch(/^You can do this now: Resend code/);
      await expect.poll(() => player.page.locator('#person [role="alert"]').first().innerText()).toBe('');
      await player.press('Resend code');
      await expect.poll(() => player.page.locator('.received:has(button)').count()).toBe(2);
      expect(await player.page.locator('.received:has(button) code').allTextContents()).toEqual([code, code]);
    });

    test('expires after 40 minutes, and sends a new code', async () => {
      await begin();
      await player.sees('Enter the code');
      const code = await player.code();
      await player.press('+40 min');
      await player.sees('The code has expired');
      await player.isIn(`${within}expired`);
      await expect.poll(() => player.page.locator('.received button').count()).toBe(0);
      await player.press('Get a new code');
      await player.sees('Enter the code');
      await expect.poll(() => player.code()).not.toBe(code);
      await player.enters('the correct code');
      await player.sees(title);
    });

    test('shows a failed delivery, and sends another message', async () => {
      await open(workflow, needsAccount);
      await player.press(`Fail the next ${way}`);
      await player.page.locator('.controls [aria-pressed="true"]').waitFor();
      await player.press('Start');
      await player.sees('The code was not delivered');
      await expect.poll(() => player.page.locator('.controls [aria-pressed="true"]').count()).toBe(0);
      await player.press('Resend code');
      await player.sees('Enter the code');
    });

    test('is locked after five wrong codes', async () => {
      await begin();
      await player.sees('Enter the code');
      for (let left = 4; left >= 0; left -= 1) {
        await player.enters('a wrong code');
        await player.isTold('Incorrect code');
      }
      await player.sees('Too many wrong codes');
      await player.isIn(`${within === '' ? 'codeActive.' : 'confirming.codeActive.'}locked`);
      await player.page.getByRole('button', { name: /^Get a new code in (40:00|39:)/ }).waitFor();
      // The page offers no event that would be refused as well.
      await expect.poll(() => player.page.locator('#person .actions [aria-disabled="true"]').count()).toBe(1);
      await expect.poll(() => player.page.locator('#person fieldset.code').count()).toBe(0);
    });
  });

  test('account-setup creates an account through two child sessions', async () => {
    await open('account-setup');
    await player.verifiesAddressOfSetUp();
    await player.page.locator('#person').getByLabel('Phone number').fill('+33142345678');
    await player.press('Send the code');
    await player.isTold('Landlines cannot receive text messages');
    await player.page.getByLabel('Voice call').check();
    await player.press('Send the code');
    await player.sees('Enter the code');
    await player.enters('the correct code');
    await player.sees('Link another account');
    await player.press('Skip link');
    await player.sees('Your account is ready');
    await player.isIn('complete');
  });

  test('account-setup skips the telephone', async () => {
    await open('account-setup');
    await player.setsUpWithoutPhone();
  });

  describe('account-setup links an outside account', () => {
    /** @returns the page of the provider, which opened in another tab */
    async function goneToProvider(): Promise<Page> {
      await open('account-setup');
      await player.setsUpWithoutPhone();
      return follows();
    }

    async function follows(): Promise<Page> {
      await player.press('Link account: sandbox');
      return goesThere();
    }

    async function goesThere(): Promise<Page> {
      const link = player.page.getByRole('link', { name: /^Go to \S+ for the authorization in a new tab/ });
      const [there] = await Promise.all([player.page.context().waitForEvent('page'), link.click()]);
      return there;
    }

    /** @returns the final text for the person */
    async function decides(there: Page, decision: string): Promise<string> {
      await there.getByRole('button', { name: decision, exact: true }).click();
      await there.waitForURL(/\/oauth\/callback/);
      const said = await there.getByRole('heading').innerText();
      await there.close();
      return said;
    }

    test('after a refusal and a second, accepted request', async () => {
      expect(await decides(await goneToProvider(), 'Decline')).toBe('You can close this window');
      await player.isIn('linking');
      await player.page.getByText('The provider declined.').waitFor();
      const there = await follows();
      await Promise.all([there.waitForEvent('close'), there.getByRole('button', { name: 'Agree', exact: true }).click()]);
      await player.sees('Your account is ready');
      await player.isIn('complete');
      // The provider answers once: a replayed path stops at its answer, and says so.
      await player.press(/^Go back to: Confirm link/);
      await player.page.getByText('The path stopped before “Confirm link”').waitFor();
      await player.isIn('authorizing');
      const again = await goesThere();
      await Promise.all([again.waitForEvent('close'), again.getByRole('button', { name: 'Agree', exact: true }).click()]);
      await player.isIn('complete');
    });
  });

  test('login-verification needs no code on a trusted device', async () => {
    await open('login-verification');
    await player.page.getByLabel('on a trusted device').check();
    await player.press('Create a test account');
    await player.page.locator('form.account').waitFor({ state: 'detached' });
    await player.press('Start');
    await player.sees('You are logged in');
    await expect.poll(() => player.page.locator('.received').count()).toBe(0);
  });

  test('login-verification offers a test account, and creates it in one press', async () => {
    await open('login-verification');
    await player.page.getByText('You need an account first.').waitFor();
    expect(await player.page.getByRole('button', { name: 'Start', exact: true }).isVisible()).toBe(false);
    // A person who claims an account but enters unknown credentials gets the same offer.
    await player.page.getByText('I have an account').click();
    await player.press('Start');
    await player.isTold('Incorrect email address or password');
    await player.press('Create a test account');
    await player.page.locator('form.account').waitFor({ state: 'detached' });
    await player.press('Log in');
    await player.sees('Enter the code');
  });

  test('login-verification reports wrong credentials, and then accepts the right ones', async () => {
    await open('login-verification', true);
    await player.page.locator('#person').getByLabel('Password').fill('nearly');
    await player.press('Start');
    await player.isTold('Incorrect email address or password');
    await player.press('Log in');
    await player.sees('Enter the code');
  });

  test('support-access is requested by an agent, granted by the owner, and ends by itself', async () => {
    await open('support-access', true);
    await player.press('Start');
    await player.sees('Support asks to see your details');
    await player.press('Grant, as the owner');
    await player.sees('Support can see your details');
    await player.press(/^Next deadline/);
    await player.sees('Support can no longer see your details');
    await player.isIn('ended');
  });
});
