/** The examples of docs/client.md run as they are printed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, skippedWithoutBrowser } from '../support/browser.ts';
import { otherThan, startTestService, type TestService } from '../support/service.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guide = readFileSync(join(root, 'docs/client.md'), 'utf8');
const documented = 'http://localhost:3000';

/** The example in a language, with the URL of the test's service. */
function example(language: string, url: string): string {
  const [, text = ''] = new RegExp(`<!-- example:[^>]*-->\\s*\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide) ?? [];
  expect(text).toContain(documented);
  return text.replaceAll(documented, url);
}

/** The application's own server, on another origin than the service. */
async function serve(page: () => string): Promise<Server> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the example', () => {
  let service: TestService;
  let site: Server;
  let folder: string;
  beforeAll(async () => {
    site = await serve(() => example('html', service.publicUrl));
    service = await startTestService('PGlite', { CORS_ORIGINS: originOf(site) });
    await service.client.freeze();
    folder = mkdtempSync(join(tmpdir(), 'example-'));
  });
  afterAll(async () => {
    site?.close();
    await service?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!hasBrowser)(
    `of a web page counts down to the next send, refuses a wrong code, and takes the right one${skippedWithoutBrowser}`,
    async () => {
      const email = 'page@example.com';
      const browser = await launchBrowser();
      onTestFinished(() => browser.close());
      const { page, complaints } = await openPage(browser, { mayBeRefused: true });
      // The clock of this browser is an hour slow.
      await page.addInitScript('const { now } = Date; Date.now = () => now() - 3_600_000;');
      await page.goto(originOf(site));
      await page.getByLabel('Your address').fill(email);
      await page.getByRole('button', { name: 'Send me a code' }).click();
      const [resend, status] = [page.locator('#resend'), page.getByRole('status')];
      await expect.poll(() => resend.textContent(), { timeout: 10_000 }).toMatch(/^Send a new message in (8\d|90) s$/);
      expect(await resend.isDisabled()).toBe(true);

      await service.client.clock({ advance: 'PT90S' });
      await expect.poll(() => resend.textContent(), { timeout: 10_000 }).toBe('Send a new message');
      await resend.click();
      await expect.poll(async () => (await service.client.messages(email)).length, { timeout: 10_000 }).toBe(2);

      const code = await service.client.codeFor(email);
      await page.getByLabel('The code').fill(otherThan(code));
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect.poll(() => status.textContent(), { timeout: 10_000 }).toBe('Wrong code. 4 attempts left.');
      await page.getByLabel('The code').fill(code);
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect.poll(() => status.textContent(), { timeout: 10_000 }).toBe('The session has ended: verified.');
      expect(await page.locator('#enter').isVisible()).toBe(false);
      expect(complaints).toEqual([]);
    },
  );

  test('of a program in Node.js asks for the code until it is right, and checks the proof', async () => {
    const email = 'program@example.com';
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/verification-workflows'), 'junction');
    symlinkSync(join(root, 'node_modules/jose'), join(folder, 'node_modules/jose'), 'junction');
    writeFileSync(join(folder, 'verify.mjs'), example('js', service.publicUrl));
    const program = spawn(process.execPath, ['verify.mjs', email], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = outputOf(program);
    const asked = (times: number) =>
      expect.poll(() => output().split('valid for 40 more minutes: ').length, { timeout: 20_000 }).toBe(times + 1);

    await asked(1);
    const code = await service.client.codeFor(email);
    program.stdin.write(`${otherThan(code)}\n`);
    await asked(2);
    program.stdin.write(`${code}\n`);
    const [exitCode] = await once(program, 'close');
    expect(output()).toContain('Incorrect code');
    expect(output()).toMatch(/program@example\.com is verified: true\n$/);
    expect(exitCode).toBe(0);
  });
});

function outputOf({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  return () => text;
}
