/**
 * Public generators make a client from the document of a running service. Each client compiles together with a program that relies on its
 * types, and the program verifies an address at the service.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChildService, startChild } from '../support/process.ts';
import type { Json } from '../support/service.ts';
import { ProjectFolder, type Run } from './project-folder.ts';

/** The last versions that run on Node.js 20, with the last compiler that they know. */
const packages = [
  'openapi-typescript@7.13.0',
  'openapi-fetch@0.17.0',
  '@hey-api/openapi-ts@0.84.4',
  'orval@7.13.2',
  'typescript@5.9.3',
  '@types/node@20.19.43',
];

const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  strict: true,
};

interface Generator {
  /** Its program in `generators/`. */
  readonly program: string;
  /** The command that makes a client of the document, in the folder of the program. */
  readonly command: readonly string[];
  /** The errors of a program for a document with the faults below. */
  readonly errors: readonly RegExp[];
}

const lostNull = /^src\/\S+\(\d+,14\): error TS2322: Type 'true' is not assignable to type 'false'/m;
const lostWorkflow = /'"email-verification"' have no overlap|Property 'workflow' does not exist on type 'never'/;

const generators: readonly Generator[] = [
  {
    program: 'openapi-fetch',
    command: ['openapi-typescript', 'openapi.json', '--output', 'src/schema.d.ts'],
    errors: [lostNull, lostWorkflow],
  },
  {
    program: 'hey-api',
    command: ['openapi-ts', '--input', 'openapi.json', '--output', 'src/client', '--client', '@hey-api/client-fetch', '--no-log-file'],
    errors: [lostNull, lostWorkflow],
  },
  // Orval reads no discriminators: the constants of the schemas suffice for it.
  { program: 'orval', command: ['orval', '--config', 'orval.config.cjs'], errors: [lostNull] },
];

const orvalConfiguration = {
  api: {
    input: 'openapi.json',
    output: { target: 'src/api.ts', client: 'fetch', baseUrl: { getBaseUrlFromSpecification: true } },
  },
};

const compiled = { extends: '../tsconfig.json', compilerOptions: { rootDir: 'src', outDir: 'dist' }, include: ['src'] };
const programs = fileURLToPath(new URL('generators/', import.meta.url));

let project: GeneratedClients;
let service: ChildService;
let data: string;
let document: Json;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'data-'));
  service = await startChild({ DATA_DIR: data, LOG_LEVEL: 'silent' });
  document = await (await fetch(`${service.url}/openapi.json`)).json();
  project = new GeneratedClients();
}, 300_000);
afterAll(async () => {
  await service?.end('SIGTERM');
  project?.remove();
  if (data !== undefined) rmSync(data, { recursive: true, force: true });
});

class GeneratedClients extends ProjectFolder {
  constructor() {
    super('generated-clients');
    this.install(...packages);
    // Generators look for it beside their package.
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  }

  /** Makes a client in a folder of its own, and compiles it with its program. @returns the errors of both */
  build({ program, command: [name = '', ...args] }: Generator, from: Json): string {
    const folder = join(this.folder, program);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'src'), { recursive: true });
    for (const file of ['same.ts', `${program}.ts`]) cpSync(join(programs, file), join(folder, 'src', file));
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(from));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compiled));
    writeFileSync(join(folder, 'orval.config.cjs'), `module.exports = ${JSON.stringify(orvalConfiguration)};`);
    const { status, stdout, stderr } = this.#tool(name, args, folder);
    return status === 0 ? this.#tool('tsc', ['-p', '.', '--pretty', 'false'], folder).stdout : `${stdout}${stderr}`;
  }

  #tool(name: string, args: readonly string[], folder: string): Run {
    return this.run(join(this.folder, 'node_modules/.bin', name), args, {}, folder);
  }

  verify(program: string, url: string, email: string) {
    return this.run(process.execPath, [join(program, 'dist', `${program}.js`), url, email]);
  }
}

/** The document with an optional value that cannot be null, and with a union whose discriminator does not name its values. */
function faulty(from: Json): Json {
  const changed = structuredClone(from);
  const { EmailVerification, AnySession } = changed.components.schemas;
  EmailVerification.properties.canResendAt.type = 'string';
  delete AnySession.discriminator.mapping;
  return changed;
}

describe.each(generators)('$program', (generator) => {
  test('makes a client that compiles, and that verifies an address', { timeout: 400_000 }, () => {
    expect(project.build(generator, document)).toBe('');
    const { status, stdout, stderr } = project.verify(generator.program, service.url, `${generator.program}@example.com`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      state: 'codeActive.cooldown',
      attemptsLeft: expect.any(Number),
      masked: expect.stringMatching(/^.\*\*\*@example\.com$/),
      outcome: 'verified',
      // A signed JWT has three parts.
      token: 3,
    });
  });

  test('makes a client that its program does not compile with, for a document with faults', { timeout: 400_000 }, () => {
    const output = project.build(generator, faulty(document));
    for (const error of generator.errors) expect(output).toMatch(error);
  });
});
