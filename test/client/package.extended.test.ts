/** The published package: packed, unpacked into an application's packages, and used there without a build. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
    const packed = run(process.execPath, [join(root, 'src/build/pack.js'), join(application, 'packed')], root);
    if (packed.status !== 0) throw new Error(packed.output);
    unpack('verification-workflows-client-');
    unpack('verification-workflows-0');
    writeFileSync(join(application, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(application, { recursive: true, force: true }));

  /** Unpacks the archive with this prefix into the application's packages. */
  function unpack(archive: string): void {
    const [file = ''] = readdirSync(join(application, 'packed')).filter((name) => name.startsWith(archive));
    const folder = join(packages, archive.replace(/-(0)?$/, ''));
    mkdirSync(folder, { recursive: true });
    const unpacked = run('tar', ['-xzf', join(application, 'packed', file), '--strip-components=1', '-C', folder], application);
    if (unpacked.status !== 0) throw new Error(unpacked.output);
  }

  const manifestOf = (name: string) => JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
  const filesOf = (name: string) => readdirSync(join(packages, name), { recursive: true, encoding: 'utf8' });

  test('of the service contains the running code, its declarations and its docs: no TypeScript sources and no tests', () => {
    const names = readdirSync(join(packages, 'verification-workflows')).sort();
    expect(names).toEqual(['ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'dist', 'docs', 'package.json']);
    const sources = filesOf('verification-workflows').filter((name) => /(?<!\.d)\.ts$|\.test\.|\.sources$/.test(name));
    // The command `init` writes it into new projects.
    expect(sources).toEqual(['dist/src/tools/init/template/appointment.ts']);
  });

  test('of the client depends on no other package', () => {
    const { dependencies, peerDependencies, exports } = manifestOf('verification-workflows-client');
    expect({ dependencies, peerDependencies }).toEqual({});
    expect(exports).toEqual({ '.': { types: './api.d.ts', default: './client.js' }, './package.json': './package.json' });
    expect(filesOf('verification-workflows-client').filter((name) => name.includes('tsconfig'))).toEqual([]);
  });

  test('has no install script, and no dependency with one', () => {
    const manifests = ['verification-workflows', 'verification-workflows-client'].map(manifestOf);
    for (const { scripts = {} } of manifests) expect(Object.keys(scripts).filter((name) => /install$|^prepare$/.test(name))).toEqual([]);
    // The lock file marks such packages of an installation of the service; packages for developers are not installed.
    const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const scripted = Object.entries<{ hasInstallScript?: true; dev?: true }>(locked).filter(
      ([, { hasInstallScript, dev }]) => hasInstallScript && !dev,
    );
    expect(scripted.map(([name]) => name)).toEqual([]);
    // An override in this repository has no effect on an application, which would install the overridden version.
    const { dependencies, overrides } = manifestOf('verification-workflows');
    expect(Object.keys(overrides).filter((name) => name in dependencies)).toEqual([]);
  });

  test('exports the service and the client to Node.js, and nothing else', () => {
    // The service's dependencies resolve to those of the repository.
    for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !each.startsWith('.')))
      symlinkSync(join(root, 'node_modules', name), join(packages, name), 'junction');
    const script = `
      const clients = await Promise.all(['verification-workflows/client', 'verification-workflows-client'].map((name) => import(name)));
      for (const client of clients) console.log(Object.keys(client).join(), client.createClient('').now() instanceof Date);
      const { createService, codes } = await import('verification-workflows');
      console.log(Object.keys(await createService({ modules: [codes()], config: {} })).sort().join());
      for (const path of ['/dist/src/client/session.js', '/dist/src/main.js'])
        await import('verification-workflows' + path).catch(({ code }) => console.log(code));`;
    expect(run(process.execPath, ['--input-type=module', '-e', script], application)).toEqual({
      status: 0,
      output: `${'VerificationProblem,createClient true\n'.repeat(2)}fetch,handle\n${'ERR_PACKAGE_PATH_NOT_EXPORTED\n'.repeat(2)}`,
    });
  });

  describe.each([
    { name: 'a bundler, for browsers', options: { module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [] } },
    { name: 'Node.js', options: { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022'], types: ['node'] } },
  ])('is typed for $name', ({ options }) => {
    const compilerOptions = { ...options, target: 'ES2022', strict: true, noEmit: true, skipLibCheck: false };
    const compiler = join(root, 'node_modules/typescript/bin/tsc');

    /** @returns the errors of the compiler, and the files of the package that it read */
    function compile(file: string): { complaints: string[]; read: string[] } {
      // Node's own types name another package of types, which is found at its real path.
      const types = join(packages, '@types');
      if (!existsSync(types)) symlinkSync(join(root, 'node_modules/@types'), types, 'junction');
      writeFileSync(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
      const lines = run(process.execPath, [compiler, '-p', application, '--listFiles', '--pretty', 'false'], application).output.split(
        '\n',
      );
      return {
        complaints: lines.filter((line) => line.includes('error TS')),
        read: lines.filter((line) => /\/verification-workflows\/.*\.d\.ts$/.test(line)),
      };
    }

    test('through declarations alone, which compile', () => {
      cpSync(join(root, 'test/client/consumer.ts'), join(application, 'consumer.ts'));
      const { complaints, read } = compile('consumer.ts');
      expect(complaints).toEqual([]);
      expect(read.map((path) => path.slice(path.indexOf('/dist/')))).toEqual([
        '/dist/src/client/generated/workflow-types.d.ts',
        '/dist/src/client/api.d.ts',
      ]);
    });

    test('so that an error names the mistake', () => {
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
