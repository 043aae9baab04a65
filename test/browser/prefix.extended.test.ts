/**
 * The pages of a service that is mounted under a prefix, in a real browser. Without a browser the tests are skipped, and their titles say
 * so.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtInModules } from '../../src/modules/built-in.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { hasBrowser, launchBrowser, type OpenedPage, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { type TestDatabase, testDatabase } from '../support/service.ts';
import { Player } from './player.ts';

type Application = Hono<{ Bindings: HttpBindings }>;

describe.skipIf(!hasBrowser)(`under a prefix${skippedWithoutBrowser}`, () => {
  let database: TestDatabase;
  let server: Server;
  let service: Service;
  let browser: Browser;
  let url: string;
  let opened: OpenedPage;
  let page: Page;

  beforeAll(async () => {
    database = await testDatabase('PGlite');
    const app: Application = new Hono();
    server = createServer(getRequestListener(app.fetch));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/verify`;
    service = await createService({ modules: builtInModules(), config: { ...database.environment, PUBLIC_URL: url } });
    app.mount('/verify', service.fetch);
    await service.start();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    server?.closeAllConnections();
    server?.close();
    await database?.remove();
  });

  beforeEach(async () => {
    opened = await openPage(browser, { service: url });
    page = opened.page;
    page.on('response', (response) => response.status() >= 400 && opened.complaints.push(`${response.status()} ${response.url()}`));
  });
  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    await page.context().close();
  });

  test('the start page verifies an address', async () => {
    const player = await Player.on(opened, url);
    await player.press('Start');
    await player.sees('Enter the code');
    await player.isIn('codeActive.cooldown');
    await player.enters('the correct code');
    await player.isIn('verified');
    await expect.poll(() => page.locator('#requests').innerText()).toContain('/verify/v1/email-verifications/');
    expect(await page.locator('#requests').innerText()).toContain(`curl ${url}/v1/email-verifications`);
  });

  test('links lead to another workflow, to the diagrams and back', async () => {
    await Player.on(opened, `${url}/`);
    await page.getByRole('link', { name: 'Phone verification' }).click();
    await page.locator('h1', { hasText: 'Phone verification' }).waitFor();
    await page.getByRole('link', { name: 'Diagrams' }).click();
    await page.locator('#stage svg').first().waitFor();
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.locator('#person [data-heading]').waitFor();
  });

  test('the diagrams show a state, and link to the problem of a refusal', async () => {
    await page.goto(`${url}/diagrams?workflow=account-setup`);
    await page.locator('.tools').waitFor();
    await page.locator('svg a[href*="workflow=email-verification"]:visible').first().click();
    await page.locator('h1', { hasText: 'Email verification' }).waitFor();
    await page.locator('.tools').waitFor();
    await page.locator('svg.shown [data-transition="expired:submit-code:0"] .sd-heading').first().click();
    await page.locator('#panel a[href*="/problems/"]').first().click();
    await page.locator('h2', { hasText: 'What to do' }).waitFor();
  });

  test('the reference loads its document and makes a call', async () => {
    // The reference draws the operations near the visible part alone. The link opens one.
    await page.goto(`${url}/docs#/Workflows/workflows`);
    const operation = page.locator('#operations-Workflows-workflows');
    await operation.locator('.execute').click();
    await expect.poll(() => operation.locator('.live-responses-table tbody .response-col_status').first().innerText()).toContain('200');
    await expect.poll(() => operation.locator('.request-url').innerText()).toContain(`${url}/v1/workflows`);
  });

  test('the templates show messages as they are sent', async () => {
    await page.goto(`${url}/sandbox/templates`);
    await page.locator('iframe').first().scrollIntoViewIfNeeded();
    await page.frameLocator('iframe').first().locator('body').waitFor();
    await expect.poll(() => page.frameLocator('iframe').first().locator('body').innerText()).not.toBe('');
  });
});
