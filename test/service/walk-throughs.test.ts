/** The walk-throughs of README and docs/walk-throughs.md run as printed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { runScript } from '../support/shell.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const scriptsOf = (text: string) =>
  [...text.matchAll(/<!-- walk-through:[^>]*-->\s*```sh\n([\s\S]*?)```/g)].map(([, script]) => script ?? '');
const page = read('docs/walk-throughs.md');
const scripts = scriptsOf(page);
const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.skipIf(!hasCurl)('the walk-through (needs curl, as its reader does)', () => {
  let service: TestService;
  let folder: string;
  beforeAll(async () => {
    service = await startTestService(quickDatabase, { ADMIN_KEYS: 'desk:a-key-of-the-support-desk' });
    folder = mkdtempSync(join(tmpdir(), 'walk-through-'));
  });
  afterAll(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (script = '') => {
    expect(script).toContain('BASE=http://localhost:3000');
    return runScript(script.replace('http://localhost:3000', service.publicUrl), folder);
  };

  test('of an email verification leads from a start over a refused and an allowed resend to a verified address', async () => {
    const output = await run(scripts[0]);
    expect(output).toContain('"code":"resend-too-soon"');
    expect(output).toContain('"state":"codeActive.cooldown"');
    expect(output).toMatch(/\nverified\n/);
    expect(output).toContain('"crv":"Ed25519"');
    const messages = JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8')).messages;
    expect(messages.map((message: { code: string }) => message.code)).toEqual([messages[0].code, messages[0].code]);
  });

  test('of a phone verification leads from an undelivered text message to a call with the same code', async () => {
    const output = await run(scripts[1]);
    const [, code] = /\n\n@localhost #(\d{6})\n/.exec(output) ?? expect.fail(output);
    expect(output).toContain(`${code} est votre code`);
    expect(output).toContain('\ncodeActive.deliveryFailed\n');
    expect(output.split(Array.from(code ?? '').join(', '))).toHaveLength(3);
    expect(output).toMatch(/\nverified\n/);
  });

  test('of a login leads from a wrong password over a code to a trusted device, its revocation, and a log-out', async () => {
    const output = await run(scripts[2]);
    const [refused, asked, outcome, claims = '', trusted, notice, anew, expiresAt = '', ended] = output.trim().split('\n');
    expect([refused, asked, outcome, trusted, anew]).toEqual([
      'invalid-credentials',
      'codeActive.cooldown',
      'authenticated',
      'authenticated',
      'codeActive.cooldown',
    ]);
    expect(JSON.parse(claims)).toMatchObject({ amr: ['pwd', 'otp', 'sms', 'mfa'], workflow: 'login-verification' });
    expect(notice).toBe('New device for your Example account');
    expect([new Date(expiresAt).toISOString(), ended]).toEqual([expiresAt, 'unauthenticated']);
  });

  test('of an account set-up leads from an address over a landline to an account with a login', async () => {
    const output = await run(scripts[3]);
    expect(output.trim().split('\n')).toEqual(['verifyingPhone', 'complete', 'codeActive.cooldown']);
  });

  test('of a change leads from a login over a code and a verified address to the changed account, and a notice to its owner', async () => {
    const output = await run(scripts[4]);
    const [begun, text, , site, ...rest] = output.trim().split('\n');
    expect([begun, site]).toEqual(['confirming.codeActive.cooldown', expect.stringMatching(/^@localhost #\d{6}$/)]);
    expect(text).toContain('confirms a change of your Example account');
    expect(rest).toEqual(['applied', 'noa@example.org', 'The email address of your Example account was changed']);
  });

  test('of support access leads from a mask over a read that the owner sees to a mask again', async () => {
    const output = await run(scripts[5]);
    expect(output.trim().split('\n')).toEqual(['l***@example.com', 'granted', 'lin@example.com', '1', 'l***@example.com']);
    expect(page).toContain('ADMIN_KEYS=desk:a-key-of-the-support-desk npm start');
    const [mail] = JSON.parse(readFileSync(join(folder, 'mail.json'), 'utf8')).messages;
    expect(mail).toMatchObject({ notice: 'support-requested', text: expect.stringContaining('No message arrives') });
  });

  test('of factors leads from a key over a login with its code to a login with a backup code, and a notice', async () => {
    const output = await run(scripts[6]);
    const [address, ...rest] = output.trim().split('\n');
    expect(address).toMatch(/^otpauth:\/\/totp\/Example:eva%40example.com\?issuer=Example&secret=[A-Z2-7]{32}&/);
    expect(rest).toEqual(['enrolled', 'authenticator-app', 'authenticated', '10', 'enrolled', 'authenticated', 'Codes left: 9']);
  });

  test('of a passkey leads from a login without a password over a refused repetition to an unlock', async () => {
    const output = await run(scripts[7]);
    expect(output.trim().split('\n')).toEqual(['authenticated', 'Eli’s laptop', 'wrong-factor', 'unlocked']);
  });

  test('of README is the first one, and every workflow has one', () => {
    expect(scripts).toHaveLength(8);
    expect(scriptsOf(read('README.md'))).toEqual([scripts[0]]);
  });
});
