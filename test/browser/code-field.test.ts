/** The code entry of the sandbox's start page: corrected digits, and a code that is sent twice. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, skippedWithoutBrowser } from '../support/browser.ts';
import { quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { Player } from './player.ts';

describe.skipIf(!hasBrowser)(`the code entry${skippedWithoutBrowser}`, () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  test('replaces a digit that is typed again, whichever side of it the cursor is on', async () => {
    const player = await Player.at(browser, `${service.publicUrl}/`);
    await player.press('Start');
    await player.sees('Enter the code');
    const { keyboard } = player.page;
    const digit = (place: number) => player.page.getByLabel(`Digit ${place} of 6`);
    const entered = () => Promise.all([1, 2, 3, 4, 5, 6].map((place) => digit(place).inputValue()));
    const sent = () => player.page.locator('#person fieldset.code input[type="hidden"]').inputValue();
    await digit(1).pressSequentially('111111');
    for (const [place, key, typed] of [
      [2, 'Home', '2'],
      [3, 'End', '3'],
      [4, 'Home', '1'],
    ] as const) {
      await digit(place).click();
      await keyboard.press(key);
      await keyboard.type(typed);
    }
    expect(await entered()).toEqual(['1', '2', '3', '1', '1', '1']);
    // A keyboard on a screen reports no keys: the text changes, and that is all.
    await digit(5).focus();
    await keyboard.insertText('٥');
    await keyboard.insertText('６');
    expect(await entered()).toEqual(['1', '2', '3', '1', '5', '6']);
    expect(await sent()).toBe('123156');
    await keyboard.press('Backspace');
    await keyboard.type('7');
    expect(await sent()).toBe('123157');
    await player.close();
  });

  test('shows the success to a person who sends the correct code twice', async () => {
    const player = await Player.at(browser, `${service.publicUrl}/`);
    await player.press('Start');
    await player.sees('Enter the code');
    await player.page.route('**/submit-code', async (route) => {
      // The answer to the first request is lost, and another tab sends the code meanwhile.
      await route.fetch({ headers: { ...route.request().headers(), 'idempotency-key': 'k'.repeat(40) } });
      await route.continue();
    });
    await player.enters('the correct code');
    await player.sees('Your email address is verified');
    expect(await player.page.locator('#person [role="alert"]').allInnerTexts()).toEqual(['']);
    expect(await player.page.locator('#requests .status').last().innerText()).toBe('409');
    await player.close();
  });
});
