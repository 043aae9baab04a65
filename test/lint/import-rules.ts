/**
 * The rules for imports between files. Arrows run one way: machines ← engine ← adapters ← modules ← service ← the files directly in src/.
 * The files of src/common import nothing, and all but machines and the engine may import them.
 * Imports of types count too: a file depends on the file of each type that it uses.
 */
import type { ParsedFile, Violation } from './parsed-file.ts';

/** The only packages that machines import. The second one also compares values with schemas. */
const machinePackages = ['xstate', '@sinclair/typebox', '@sinclair/typebox/value'];

const enginePackages = ['xstate'];

/** The definition of a workflow, and figures. The engine knows no workflow by name, so it imports nothing else of machines/. */
const machinesForEngine = ['machines/workflow.ts', 'machines/figures.ts'];

/** Built-ins for I/O belong to adapters; the engine computes. */
const builtinsOfTheOutside =
  /^node:(fs|net|http|https|http2|tls|dns|dgram|child_process|cluster|worker_threads|readline|sqlite|process)(\/|$)/;

/** The only folders in src/ that may import a package. */
const homeOfPackage: Readonly<Record<string, readonly string[]>> = {
  pg: ['src/store'],
  kysely: ['src/store'],
  '@electric-sql/pglite': ['src/store'],
  nodemailer: ['src/delivery'],
  elkjs: ['src/diagrams'],
  '@simplewebauthn/server': ['src/passkeys'],
  hono: ['src/http', 'src/diagrams', 'src/web', 'src/modules', 'src/service'],
};

/**
 * The files of src/diagrams that the running service may import. The rest generates pictures, and its packages are missing in production.
 */
const diagramsAtRunTime = ['src/diagrams/model.ts', 'src/diagrams/machine-reader.ts', 'src/diagrams/transition-selection.ts'];

/** `src/http` for src/http/app.ts; `src` for a file directly in it; `machines`, `test`, or the empty string for the root. */
function folderOf(path: string): string {
  const [top = '', next, ...below] = path.split('/');
  if (next === undefined) return '';
  return top === 'src' && below.length > 0 ? `${top}/${next}` : top;
}

function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** The folders above the adapters, the lowest first. Each knows those below it. */
const composition = ['src/config', 'src/modules', 'src/service', 'src/testing', 'src/tools', 'src'];

/** The folders of src/http, the lowest first. The files at its top know all of them. */
const httpFolders = [
  'problems',
  'requests',
  'authentication',
  'sessions',
  'openapi',
  'pages',
  'diagrams',
  'accounts',
  'admin',
  'sandbox',
  'monitoring',
];

/** The files at the top of src/http that its folders may import. */
const httpFoundations = ['src/http/addresses.ts', 'src/http/response-headers.ts'];

/** `problems` for src/http/problems/problem.ts; null outside src/http, and at its top. */
function httpFolderOf(path: string): string | null {
  return /^src\/http\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** @returns the reason why the importer must not import the file of src/http; null if it may */
function httpObjection(importer: string, imported: string): string | null {
  const from = httpFolderOf(importer);
  const to = httpFolderOf(imported);
  if (from === null || from === to || !imported.startsWith('src/http/')) return null;
  if (to === null) return httpFoundations.includes(imported) ? null : 'the folders of src/http know only the foundations at its top';
  const known = httpFolders.slice(0, Math.max(httpFolders.indexOf(from), 0));
  return known.includes(to) ? null : `src/http/${from} does not lie above src/http/${to}`;
}

/** The statecharts of the workflows and their interfaces. Only the module of a workflow knows it by name. */
export function workflowFiles(files: readonly ParsedFile[]): string[] {
  const defining = files.filter(({ path, text }) => path.startsWith('machines/') && /\bdefineWorkflow\('|\.createMachine\(/.test(text));
  return defining.map(({ path }) => path);
}

function machineObjection(importer: string, imported: string): string | null {
  if (folderOf(imported) !== 'machines') return 'machines know only each other';
  const isInterface = (path: string) => path.endsWith('-interface.ts');
  return isInterface(imported) && !isInterface(importer) ? 'a statechart does not know its interface' : null;
}

/** The files that run as processes. */
const processes = ['src/main.ts', 'src/command.ts'];

/** @returns the reason why the importer must not import the file; null if it may */
function fileObjection(importer: string, imported: string, workflows: readonly string[]): string | null {
  const from = folderOf(importer);
  const to = folderOf(imported);
  if (processes.includes(imported)) return 'nobody imports the process itself';
  if (from === 'test' || from === '') return null;
  if (to === 'test') return 'the product does not know its tests';
  if (from === 'machines') return machineObjection(importer, imported);
  if (from === 'src/common') return to === from ? null : 'common functions know nothing of the service';
  if (
    to === 'src/diagrams' &&
    from !== 'src/tools' &&
    !diagramsAtRunTime.includes(imported) &&
    (from !== to || diagramsAtRunTime.includes(importer))
  )
    return 'pictures are made beforehand, and only read while the service runs';
  if (to === 'machines' && workflows.includes(imported)) return from === 'src/modules' ? null : 'only its module knows a workflow by name';
  if (composition.includes(to) && composition.indexOf(to) > composition.indexOf(from)) return 'nothing calls upward';
  if (composition.includes(from)) return null;
  if (from === 'src/engine') return engineObjection(importer, imported);
  return adapterObjection(from, imported);
}

/** The files with the ports that the store implements. */
const portsOfStore = [
  'src/accounts/account.ts',
  'src/authenticator-apps/authenticator-app-store.ts',
  'src/backup-codes/backup-code-store.ts',
  'src/delivery/message-budget.ts',
  'src/http/authentication/audit.ts',
  'src/passkeys/passkey-store.ts',
  'src/sandbox/sandbox-clock.ts',
];

function adapterObjection(from: string, imported: string): string | null {
  const to = folderOf(imported);
  const isPort = from === 'src/store' && portsOfStore.includes(imported);
  return isPort || to === from || ['src/common', 'src/engine', 'machines', ''].includes(to) ? null : 'adapters do not know each other';
}

/** The folders of the engine, the lowest first. Each knows those before it; all share the files beside them. */
const engineFolders = ['machines', 'children', 'steps', 'tasks', 'sessions', 'checks', 'timers'];

function engineObjection(importer: string, imported: string): string | null {
  const rank = (path: string) => engineFolders.indexOf(path.split('/')[2] ?? '');
  if (imported.startsWith('src/engine/') && rank(importer) !== -1 && rank(imported) > rank(importer))
    return `folders of the engine know those before them: ${engineFolders.join(' ← ')}`;
  const isKnown = folderOf(imported) === 'src/engine' || machinesForEngine.includes(imported);
  return isKnown ? null : `the engine knows only itself, ${machinesForEngine.join(' and ')}`;
}

/** @returns the reason why the importer must not import the package or built-in; null if it may */
function packageObjection(importer: string, specifier: string): string | null {
  const from = folderOf(importer);
  if (from === 'machines') return machinePackages.includes(specifier) ? null : `machines import only ${machinePackages.join(' and ')}`;
  if (from !== 'src' && !from.startsWith('src/')) return null;
  if (!specifier.startsWith('node:')) {
    const name = packageOf(specifier);
    if (from === 'src/engine') return enginePackages.includes(name) ? null : `the engine imports only ${enginePackages.join(' and ')}`;
    const homes = homeOfPackage[name];
    return homes === undefined || homes.includes(from) ? null : `only ${homes.join(' and ')} may`;
  }
  return from === 'src/engine' && builtinsOfTheOutside.test(specifier) ? 'the engine does not reach outside' : null;
}

/** The file that imports the files of authors, by the path given to the command. */
const readerOfModules = 'src/tools/loading/author-file.ts';

export function importViolations(files: readonly ParsedFile[]): Violation[] {
  const workflows = workflowFiles(files);
  return files.flatMap((importer) =>
    importer.imports.flatMap(({ specifier, file, line }) => {
      if (specifier === null)
        return importer.path.startsWith('test/') || importer.path === readerOfModules
          ? []
          : [`${importer.path}:${line} imports a computed path: write it out`];
      const objection =
        file === null
          ? packageObjection(importer.path, specifier)
          : (fileObjection(importer.path, file, workflows) ?? httpObjection(importer.path, file));
      return objection === null ? [] : [`${importer.path}:${line} imports ${file ?? specifier}: ${objection}`];
    }),
  );
}

/** @returns each import cycle once, as a path around it */
export function importCycles(files: readonly ParsedFile[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const cycles: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1) cycles.push(`import cycle: ${[...trail.slice(seenAt), path].join(' → ')}`);
    if (seenAt !== -1 || finished.has(path)) return;
    for (const { file } of byPath.get(path)?.imports ?? []) if (file !== null) visit(file, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
