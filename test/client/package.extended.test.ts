/** The package as it is published: packed, unpacked where an application has its packages, and used from there without a build. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Run {
  readonly status: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], folder: string): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  return { status, output: stdout + stderr };
}

describe('the package', () => {
  let application: string;
  let packages: string;
  beforeAll(() => {
    application = mkdtempSync(join(tmpdir(), 'application-'));
    packages = join(application, 'node_modules');
    mkdirSync(packages);
    const packed = run('npm', ['pack', '--offline', '--ignore-scripts', '--pack-destination', application], root);
    const [archive = ''] = readdirSync(application).filter((name) => name.endsWith('.tgz'));
    const unpacked = run('tar', ['-xzf', archive], application);
    if (packed.status !== 0 || unpacked.status !== 0) throw new Error(packed.output + unpacked.output);
    cpSync(join(application, 'package'), join(packages, 'verification-workflows'), { recursive: true });
    writeFileSync(join(application, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(application, { recursive: true, force: true }));

  test('holds what the service needs to run, and none of its tests', () => {
    const names = readdirSync(join(packages, 'verification-workflows')).sort();
    expect(names).toEqual(['ARCHITECTURE.md', 'LICENSE', 'OPERATING.md', 'README.md', 'diagrams', 'machines', 'package.json', 'src']);
  });

  test('gives Node.js the client, and nothing else', () => {
    const script = `
      const client = await import('verification-workflows/client');
      console.log(Object.keys(client).sort().join(), client.createClient('').now() instanceof Date);
      for (const path of ['', '/src/client/session.js', '/src/main.ts'])
        await import('verification-workflows' + path).catch(({ code }) => console.log(code));`;
    expect(run(process.execPath, ['--input-type=module', '-e', script], application)).toEqual({
      status: 0,
      output: `VerificationProblem,createClient true\n${'ERR_PACKAGE_PATH_NOT_EXPORTED\n'.repeat(3)}`,
    });
  });

  describe.each([
    { name: 'a bundler, for browsers', options: { module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [] } },
    { name: 'Node.js', options: { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022'], types: ['node'] } },
  ])('is typed for $name', ({ options }) => {
    const compilerOptions = { ...options, target: 'ES2022', strict: true, noEmit: true, skipLibCheck: false };
    const compiler = join(root, 'node_modules/typescript/bin/tsc');

    /** @returns what the compiler complains of, and which files of the package it read */
    function compile(file: string): { complaints: string[]; read: string[] } {
      mkdirSync(join(packages, '@types'), { recursive: true });
      // Node's own types name another package of types, which is found where they really are.
      if (options.types.length > 0) symlinkSync(join(root, 'node_modules/@types/node'), join(packages, '@types/node'), 'junction');
      writeFileSync(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
      const lines = run(process.execPath, [compiler, '-p', application, '--listFiles', '--pretty', 'false'], application).output.split(
        '\n',
      );
      rmSync(join(packages, '@types'), { recursive: true });
      return {
        complaints: lines.filter((line) => line.includes('error TS')),
        read: lines.filter((line) => /\/verification-workflows\/.*\.d\.ts$/.test(line)),
      };
    }

    test('by declarations alone, in which nothing is wrong', () => {
      cpSync(join(root, 'test/client/consumer.ts'), join(application, 'consumer.ts'));
      const { complaints, read } = compile('consumer.ts');
      expect(complaints).toEqual([]);
      expect(read.map((path) => path.slice(path.indexOf('/src/')))).toEqual([
        '/src/client/generated/workflow-types.d.ts',
        '/src/client/api.d.ts',
      ]);
    });

    test('so that a mistake says what is wrong', () => {
      writeFileSync(
        join(application, 'mistakes.ts'),
        `import { createClient } from 'verification-workflows/client';
        const session = await createClient('').start('email-verification', { email: 'jane@example.com' });
        await session.send('submit-kode', { code: '042137' });
        await session.send('submit-code', { kode: '042137' });`,
      );
      expect(compile('mistakes.ts').complaints).toEqual([
        expect.stringContaining(`Argument of type '"submit-kode"' is not assignable to parameter of type`),
        expect.stringContaining(`'kode' does not exist in type '{ code: string; }'`),
      ]);
    });
  });
});
