/** The README's walk-through runs as it is printed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { runScript } from '../support/shell.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const script = /<!-- walk-through:[^>]*-->\s*```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.skipIf(!hasCurl)('the walk-through (needs curl, as its reader does)', () => {
  let service: TestService;
  let folder: string;
  beforeAll(async () => {
    service = await startTestService('PGlite');
    folder = mkdtempSync(join(tmpdir(), 'walk-through-'));
  });
  afterAll(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('goes from a start over a refused and an allowed resend to a verified address', async () => {
    expect(script).toContain('BASE=http://127.0.0.1:3000');
    const output = await runScript(script.replace('http://127.0.0.1:3000', service.client.url), folder);
    expect(output).toContain('"code":"resend-too-soon"');
    expect(output).toContain('"state":"codeActive.cooldown"');
    expect(output).toMatch(/\nverified\n/);
    expect(output).toContain('"crv":"Ed25519"');
    const messages = JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8')).messages;
    expect(messages.map((message: { code: string }) => message.code)).toEqual([messages[0].code, messages[0].code]);
  });
});

test('every file and folder that the README links to is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '');
  expect(links.filter((link) => !existsSync(new URL(`../../${link}`, import.meta.url)))).toEqual([]);
});
