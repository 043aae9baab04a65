/** A new workflow in the registry has a typed client without further code. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Client, ClientOptions } from 'verification-workflows/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientFiles } from '../../src/tools/client-files.ts';
import { problems } from '../support/open-api.ts';
import { testDefinitions } from '../support/test-process.ts';
import { seed, workflows } from '../support/workflows.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const consumer = `
import { createClient, type Session } from './api.js';

const client = createClient('');
export const errand: Session<'errand'> = await client.start('errand', { word: 'bread', number: 2 });
await errand.send('perform');
// @ts-expect-error: the workflow has no such event
await errand.send('submit-code', { code: '042137' });
// @ts-expect-error: the word is missing
await client.start('errand', {});
export const none: object = errand.deadlines;
// @ts-expect-error: the workflow has no deadlines
errand.deadlines.expiresAt;
const household = await client.start('household', { word: 'home' });
await (await household.child('errand'))?.send('cancel');
const waitsFor: 'errand' | undefined = household.current.child?.workflow;
export const rest = [none, waitsFor, await client.start('email-verification', { email: 'jane@example.com' })];
`;

describe('a new workflow', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-'));
    cpSync(join(root, 'src/client'), folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const all = [...workflows.latest(), ...testDefinitions.map((definition) => definition.of(seed))];
    for (const [name, text] of await clientFiles({ workflows: all, problems, channels: ['email', 'sms', 'voice'] }))
      writeFileSync(join(folder, 'generated', name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has its types', () => {
    writeFileSync(join(folder, 'consumer.ts'), consumer);
    const options = { module: 'NodeNext', target: 'ES2022', lib: ['ES2022', 'DOM'], types: [], strict: true, noEmit: true };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('is started, and receives its event', async () => {
    const { createClient }: { createClient: (baseUrl: string, options: ClientOptions) => Client } = await import(
      pathToFileURL(join(folder, 'client.js')).href
    );
    const asked: string[] = [];
    const client = createClient('https://verify.example.com', {
      fetch: async (url, { method = '' } = {}) => {
        asked.push(`${method} ${String(url)}`);
        return Response.json({ id: 'id', revision: 1, sessionToken: 'token' });
      },
    });
    const errand = await client.start('errand' as 'email-verification', { email: '' });
    await errand.send('perform' as 'cancel');
    expect(errand.deadlines).toEqual({});
    expect(asked).toEqual(['POST https://verify.example.com/v1/errands', 'POST https://verify.example.com/v1/errands/id/perform']);
  });
});
