/** A project outside the repository, with the packed service and the other packages of its author. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that has printed its address. */
export interface Server {
  readonly url: string;
  /** Sends a signal, or a line of input, and waits for the end. */
  end(by: 'SIGTERM' | 'line'): Promise<Run>;
}

const strictest = {
  target: 'ES2023',
  // Hono's types name those of browsers.
  lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  types: ['node'],
  rootDir: 'src',
  outDir: 'dist',
  declaration: true,
  rewriteRelativeImportExtensions: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
};

const ofXState = /^node_modules\/xstate\/dist\/declarations\/src\/setup\.d\.ts\(\d+,\d+\): error TS2344: /;

/** A project with packages of its own. */
export class ProjectFolder {
  readonly folder: string;

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `${name}-`));
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  }

  install(...packages: readonly string[]): void {
    this.must('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]);
  }

  run(command: string, args: readonly string[], settings: Readonly<Record<string, string>> = {}, cwd = this.folder): Run {
    const options = { cwd, encoding: 'utf8', env: { ...process.env, ...settings }, timeout: 180_000 } as const;
    const { status, stdout, stderr } = spawnSync(command, args, { ...options, shell: process.platform === 'win32' });
    return { status, stdout, stderr };
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command that must succeed. */
  protected must(command: string, args: readonly string[]): void {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

export class Project extends ProjectFolder {
  #copies = 0;

  /** Packs the service and installs it, with the compiler and Express. */
  constructor() {
    super('restaurant');
    this.must(process.execPath, [join(root, 'src/build/pack.js'), join(this.folder, 'packed')]);
    const [archive = ''] = readdirSync(join(this.folder, 'packed')).filter((name) => /^verification-workflows-\d/.test(name));
    const { typescript, '@types/node': node } = devDependencies;
    this.install(`./packed/${archive}`, `typescript@${typescript}`, `@types/node@${node}`, 'express@5', '@types/express@5');
    mkdirSync(join(this.folder, 'src'));
    cpSync(join(root, 'examples/bookings'), join(this.folder, 'src/bookings'), { recursive: true });
    cpSync(join(root, 'test/outside/project'), join(this.folder, 'src'), { recursive: true });
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: strictest, include: ['src'] }));
    writeFileSync(join(this.folder, 'policy.json'), '{ "guestChanges": 1 }');
  }

  /** The package's optional companions, in the versions that it requires. */
  installCompanions(): void {
    this.install(...Object.entries(peerDependencies).map(([name, version]) => `${name}@${version}`));
  }

  /**
   * Compiles the project.
   * @returns the errors, without those of XState's own `setup.d.ts`. Any project with XState has them under `exactOptionalPropertyTypes`,
   *   even one whose only file imports nothing but types of XState
   */
  compile(): string[] {
    const { stdout } = this.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.', '--pretty', 'false']);
    return stdout.split('\n').filter((line) => line.includes('error TS') && !ofXState.test(line));
  }

  /** Runs the command of the package. */
  command(args: readonly string[], settings: Readonly<Record<string, string>> = {}, node = process.execPath): Run {
    return this.run(node, [this.bin, ...args], settings);
  }

  get bin(): string {
    return join(this.folder, 'node_modules/.bin/verification-workflows');
  }

  /** Starts a process with an empty data folder within the project. */
  serve(node: string, args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Server> {
    return serveIn(this.folder, node, args, { ...settings, DATA_DIR: mkdtempSync(join(this.folder, 'data-')) });
  }

  /** Makes a service of each file's modules in one process. @returns by file, the message with which that fails; null if it succeeds */
  startFaults(files: readonly string[], settings: Readonly<Record<string, string>>): (string | null)[] {
    const program = `
      import { createService } from 'verification-workflows';
      const faults = [];
      for (const file of process.argv.slice(1)) {
        const { default: modules } = await import(file);
        faults.push(await createService({ modules, config: process.env }).then(() => null, ({ message }) => message));
      }
      console.log(JSON.stringify(faults));
      process.exit();
    `;
    const { stdout, stderr } = this.run(process.execPath, ['--input-type=module', '-e', program, ...files], settings);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** A copy of the compiled project with one text replaced. @returns the file of its modules */
  misspelt(file: string, from: string, to: string): string {
    this.#copies += 1;
    const copy = join(this.folder, `misspelt-${this.#copies}`);
    cpSync(join(this.folder, 'dist'), copy, { recursive: true });
    const text = readFileSync(join(copy, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
    writeFileSync(join(copy, file), text.replace(from, to));
    return join(copy, 'modules.js');
  }
}

/** Starts a process that serves, and waits for its address. */
export async function serveIn(
  folder: string,
  node: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Server> {
  const child = spawn(node, args, { cwd: folder, env: { ...process.env, ...settings } });
  let [stdout, stderr] = ['', ''];
  const ended = once(child, 'close').then(([status]): Run => ({ status, stdout, stderr }));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      const url = /^Listening on (.*)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([listening, ended]);
  if (typeof url !== 'string') throw new Error(`The process ended with ${url.status}: ${url.stdout}${url.stderr}`);
  return {
    url,
    end: (by) => {
      if (by === 'line') child.stdin.end('\n');
      else child.kill(by);
      return ended;
    },
  };
}

/** The versions of Node.js that the service supports, by the environment (NODE_22) or in the cache that `.ci/run` fills. */
export const nodes = [20, 22, 24].map((major) => {
  const isThis = Number(process.versions.node.split('.')[0]) === major;
  const cached = join(root, `node_modules/.cache/nodes/${major}/bin/node`);
  const binary = isThis ? process.execPath : (process.env[`NODE_${major}`] ?? (existsSync(cached) ? cached : null));
  const reason = `needs Node.js ${major}: NODE_${major}, or node_modules/.cache/nodes/${major} as .ci/run makes it`;
  return { major, binary, isThis, title: binary === null ? `Node.js ${major} (${reason})` : `Node.js ${major}` };
});
