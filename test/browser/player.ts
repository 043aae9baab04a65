/** Somebody at the page where a newcomer lands, in a real browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { otherThan } from '../support/service.ts';

/** Runs in the page: what was one button, and is another one now, is pressed by somebody who meant the first. */
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
  /** What went wrong on the page, and whom else it asked. */
  readonly complaints: string[] = [];

  private constructor(page: Page, origin: string) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => new URL(request.url()).origin === origin || this.complaints.push(request.url()));
    // A refusal is an answer like others; browsers write each of them down as an error.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.complaints.push(message.text());
    });
  }

  /** @param address of the page, with the service's */
  static async at(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Player> {
    const { width = 1400, height = 1000 } = options.viewport ?? {};
    const page = await browser.newPage({ reducedMotion: 'reduce', ...options, viewport: { width, height } });
    return Player.on(page, address, options.javaScriptEnabled);
  }

  /** Plays on a page of an existing browser context. */
  static async on(page: Page, address: string, isScripted = true): Promise<Player> {
    const player = new Player(page, new URL(address).origin);
    await page.addInitScript(watchButtons);
    await page.goto(address);
    if (isScripted) await page.locator('#person [data-heading]').waitFor();
    return player;
  }

  async press(name: string | RegExp, within = 'body'): Promise<void> {
    const exact = typeof name === 'string' ? { name, exact: true } : { name };
    await this.page.locator(within).getByRole('button', exact).first().click();
  }

  /** What the screen says at its top. */
  async sees(title: string): Promise<void> {
    await expect.poll(() => this.page.locator('#person [data-heading]').first().innerText(), { timeout: 10_000 }).toBe(title);
    await expect.poll(() => this.page.locator('#person form[aria-busy="true"]').count()).toBe(0);
  }

  /** The state that the picture shows as the present one. */
  async isIn(state: string): Promise<void> {
    await this.page.locator(`#picture .active[data-state="${state}"]`).waitFor();
  }

  /** The newest code that has arrived for the session. */
  async code(): Promise<string> {
    return this.page.locator('.received:has(button) code').first().innerText();
  }

  async enters(which: 'the right code' | 'a wrong code'): Promise<void> {
    const code = await this.code();
    await this.page
      .locator('#person fieldset.code input')
      .first()
      .pressSequentially(which === 'the right code' ? code : otherThan(code));
    await this.press('Verify');
    await expect.poll(() => this.page.locator('#person button:disabled').count()).toBe(0);
  }

  /** From the start of an account's set-up to the step of the telephone. */
  async verifiesAddressOfSetUp(): Promise<void> {
    await this.press('Start');
    await this.sees('Enter the code');
    await this.enters('the right code');
    await this.sees('Verify your phone number');
  }

  /** From the start of an account's set-up to the step that links an account elsewhere. */
  async setsUpWithoutPhone(): Promise<void> {
    await this.verifiesAddressOfSetUp();
    await this.press('Continue without phone');
    await this.sees('Link another account');
  }

  /** What is said aloud because it went wrong. */
  async isTold(title: string): Promise<void> {
    await this.page.locator('#person [role="alert"]', { hasText: title }).first().waitFor();
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
