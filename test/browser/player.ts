/** A person at the sandbox's start page, in a real browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type OpenedPage, openPage } from '../support/browser.ts';
import { otherThan } from '../support/service.ts';

/** Runs in the page. A button that turns into another one may be pressed by a person who meant the first. */
const watchButtons = `{
  const labels = new WeakMap();
  const labelOf = (button) => [...button.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data).join('').trim();
  new MutationObserver(() => {
    for (const button of document.querySelectorAll('#person .actions button')) {
      const [before, now] = [labels.get(button), labelOf(button)];
      if (before !== undefined && before !== now) console.error('a button became another one: ' + before + ', ' + now);
      labels.set(button, now);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}`;

export class Player {
  readonly page: Page;
  readonly complaints: readonly string[];

  private constructor({ page, complaints }: OpenedPage) {
    this.page = page;
    this.complaints = complaints;
  }

  /** @param address of the page, including the service's */
  static async at(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Player> {
    const opened = await openPage(browser, { service: new URL(address).origin, mayBeRefused: true, ...options });
    return Player.on(opened, address, options.javaScriptEnabled);
  }

  /** Plays on an open page. */
  static async on(opened: OpenedPage, address: string, isScripted = true): Promise<Player> {
    const { page } = opened;
    const player = new Player(opened);
    await page.addInitScript(watchButtons);
    await page.goto(address);
    if (isScripted) await page.locator('#person [data-heading]').waitFor();
    return player;
  }

  async press(name: string | RegExp, within = 'body'): Promise<void> {
    const exact = typeof name === 'string' ? { name, exact: true } : { name };
    await this.page.locator(within).getByRole('button', exact).first().click();
  }

  /** Waits until the heading of the screen is `title`. */
  async sees(title: string): Promise<void> {
    await expect.poll(() => this.page.locator('#person [data-heading]').first().innerText(), { timeout: 10_000 }).toBe(title);
    await expect.poll(() => this.page.locator('#person form[aria-busy="true"]').count(), { timeout: 10_000 }).toBe(0);
  }

  /** Waits until the picture marks the state as the current one. */
  async isIn(state: string): Promise<void> {
    await this.page.locator(`#picture .active[data-state="${state}"]`).waitFor();
  }

  /** The newest code that has arrived for the session. */
  async code(): Promise<string> {
    return this.page.locator('.received:has(button) code').first().innerText();
  }

  async enters(which: 'the correct code' | 'a wrong code'): Promise<void> {
    const code = await this.code();
    await this.page
      .locator('#person fieldset.code input')
      .first()
      .pressSequentially(which === 'the correct code' ? code : otherThan(code));
    await this.press('Verify');
    await expect.poll(() => this.page.locator('#person button:disabled').count(), { timeout: 10_000 }).toBe(0);
  }

  /** Goes from the start of an account set-up to the step of the telephone. */
  async verifiesAddressOfSetUp(): Promise<void> {
    await this.press('Start');
    await this.sees('Enter the code');
    await this.enters('the correct code');
    await this.sees('Verify your phone number');
  }

  /** Goes from the start of an account set-up to the step that links an outside account. */
  async setsUpWithoutPhone(): Promise<void> {
    await this.verifiesAddressOfSetUp();
    await this.press('Continue without phone');
    await this.sees('Link another account');
  }

  /** The announced error. */
  async isTold(title: string): Promise<void> {
    await this.page.locator('#person [role="alert"]', { hasText: title }).first().waitFor();
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
