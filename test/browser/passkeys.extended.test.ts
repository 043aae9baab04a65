/**
 * Factors in a real browser: passkeys of a virtual authenticator are registered, used alone, used to unlock, and declined. The start page
 * shows the QR code of an app and the list of backup codes.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountHolder } from '../support/account-holder.ts';
import { hasBrowser, launchBrowser, skippedWithoutBrowser } from '../support/browser.ts';
import { type Client, type Json, startTestService, type TestService } from '../support/service.ts';
import { Player } from './player.ts';

/** Runs in the page, as the page of an application would do it. */
function answers({ ceremony, options }: { ceremony: 'create' | 'get'; options: Json }): Promise<Json> {
  const { PublicKeyCredential: known, navigator: own } = globalThis as unknown as Json;
  const publicKey = ceremony === 'create' ? known.parseCreationOptionsFromJSON(options) : known.parseRequestOptionsFromJSON(options);
  return own.credentials[ceremony]({ publicKey }).then(
    (credential: Json) => ({ credential: credential.toJSON() }),
    (error: Error) => ({ failed: error.name }),
  );
}

describe.skipIf(!hasBrowser)(`a passkey in Chromium${skippedWithoutBrowser}`, () => {
  let service: TestService;
  let client: Client;
  let browser: Browser;
  beforeAll(async () => {
    service = await startTestService('PGlite');
    client = service.client;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  /** @param hasUserVerification false for a device without a lock */
  async function device(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    } as const;
    return { cdp, ...(await cdp.send('WebAuthn.addVirtualAuthenticator', { options })) };
  }

  test('registers, logs in alone, unlocks, and is refused without user verification', async () => {
    const holder = await AccountHolder.make(client);
    const login = await holder.login();
    const player = await Player.at(browser, `${service.publicUrl}/?workflow=passkey-login`);
    const { page } = player;
    const { cdp, authenticatorId } = await device(page);

    const registration = await client.post('/v1/passkey-registrations', { name: 'Laptop' }, { token: login.token });
    const send = (collection: string, session: Json, event: string, body: unknown) =>
      client.post(`/v1/${collection}/${session.id}/${event}`, body, { token: session.sessionToken });
    const code = await client.codeFor(holder.phone ?? '');
    const { body: enrolling } = await send('passkey-registrations', registration.body, 'submit-code', { code });
    const made = await page.evaluate(answers, { ceremony: 'create' as const, options: enrolling.data.enrolment });
    const { body: enrolled } = await send('passkey-registrations', registration.body, 'enrol-factor', made);
    expect(enrolled).toMatchObject({ outcome: 'enrolled' });
    expect((await client.get('/v1/me/passkeys', login.token)).body.passkeys).toMatchObject([{ name: 'Laptop' }]);

    const { body: unlock } = await client.post('/v1/device-unlocks', {}, { token: login.token });
    const opened = await page.evaluate(answers, { ceremony: 'get' as const, options: unlock.data.request });
    expect((await send('device-unlocks', unlock, 'prove-passkey', opened)).body).toMatchObject({ outcome: 'unlocked' });

    await page.getByText('I have an account').click();
    await player.press('Start');
    await page.locator('[data-passkey]').waitFor();
    await player.sees('Log in with your passkey');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await player.press('Use a passkey');
    await player.sees('Log in with your passkey');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await player.press('Use a passkey');
    await player.sees('You are logged in');
    expect(player.complaints).toEqual([]);
    await player.close();
  });

  test('belongs to a test account of the start page, and unlocks the device there', async () => {
    const player = await Player.at(browser, `${service.publicUrl}/?workflow=device-unlock`);
    await device(player.page);
    await player.press('Create a test account');
    await player.press('Start');
    await player.press('Use a passkey');
    await player.sees('Unlocked');
    expect(player.complaints).toEqual([]);
    await player.close();
  });

  test.each([
    ['authenticator-registration', '.enrolment img'],
    ['backup-code-replacement', '.enrolment li code'],
  ])('is one of the factors that the start page enrols on the screen of a phone: %s', async (workflow, kept) => {
    const player = await Player.at(browser, `${service.publicUrl}/?workflow=${workflow}`, { viewport: { width: 360, height: 740 } });
    const { page } = player;
    await player.press('Create a test account');
    await player.press('Start');
    await player.sees('Enter the code');
    await player.enters('the correct code');
    await page.locator(kept).first().waitFor();
    const [screen, shown] = [await page.locator('#person').boundingBox(), await page.locator(kept).last().boundingBox()];
    expect((shown?.x ?? 0) + (shown?.width ?? 0)).toBeLessThan((screen?.x ?? 0) + (screen?.width ?? 0));
    expect(shown?.x).toBeGreaterThan(screen?.x ?? 0);
    expect(await page.locator('#person').innerText()).not.toContain('You can resend');
    expect(player.complaints).toEqual([]);
    await player.close();
  });
});
