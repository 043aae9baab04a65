/** The files of a new project. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../service/own-package.ts';
import { commands } from '../command-line/commands.ts';

export interface NewProject {
  /** The name of the project's package. */
  readonly project: string;
  /** The name of its workflow, in kebab-case. */
  readonly workflow: string;
  /** The version or the path of this package, as npm reads it. */
  readonly dependency: string;
}

/** The name of the workflow in the template. */
export const templateName = 'appointment';

/** @returns texts by path */
export function projectFiles(made: NewProject): ReadonlyMap<string, string> {
  const { workflow } = made;
  return new Map([
    ['package.json', json(manifestOf(made))],
    ['tsconfig.json', json(compiler)],
    ['.gitignore', 'node_modules/\ndata/\ncoverage/\n'],
    ['verification.config.ts', configuration],
    [`workflows/${workflow}.ts`, template('appointment', workflow)],
    [`workflows/${workflow}.test.ts`, testOf(workflow)],
    ['README.md', readme(made)],
  ]);
}

/** The commands that work on a project. */
const scripts = commands.map(({ name }) => name).filter((name) => name !== 'init');

function manifestOf({ project, dependency }: NewProject) {
  const { engines, peerDependencies, devDependencies } = JSON.parse(readFileSync(packageFile, 'utf8'));
  return {
    name: project,
    private: true,
    type: 'module',
    engines,
    scripts: {
      ...Object.fromEntries(scripts.map((name) => [name, `verification-workflows ${name}`])),
      check: 'tsc && verification-workflows check',
    },
    dependencies: { 'verification-workflows': dependency },
    devDependencies: {
      '@types/node': `^${devDependencies['@types/node']}`,
      ...peerDependencies,
      typescript: `^${devDependencies.typescript}`,
    },
  };
}

/** The workflow's file is its default export, a module. */
function testOf(workflow: string): string {
  return `/** Walks every path of the workflow. Run by \`node --test\`, or by vitest. */
import { modelTests } from 'verification-workflows/testing';
import module from './${workflow}.ts';

await modelTests({ modules: [module], workflow: '${workflow}' });
`;
}

const compiler = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
  },
  include: ['workflows', 'verification.config.ts'],
};

const configuration = `/** Where the command \`verification-workflows\` finds the workflows, and where it writes. */
import { defineConfig } from 'verification-workflows';

export default defineConfig({
  workflows: './workflows',
  // false: without the six workflows that verify addresses, numbers and logins.
  builtIn: true,
  diagrams: './diagrams',
  client: './client',
});
`;

/** @returns a file of the template, with the name of the workflow in place of the template's */
function template(file: string, workflow: string): string {
  const text = readFileSync(new URL(`./template/${file}.ts`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
  return text.replaceAll(templateName, workflow);
}

function readme({ project, workflow }: NewProject): string {
  const run = (script: string) => `npm run ${script}`;
  return `# ${project}

The workflow \`${workflow}\` is in [workflows/${workflow}.ts](workflows/${workflow}.ts), run by verification-workflows.

- \`${run('dev')}\`: play it at <http://localhost:3000/?workflow=${workflow}>; a changed file restarts it
- \`${run('check')}\`: types, names, and everything that would stop the start
- \`npm test\`: the model test, which walks every path of the machine; \`coverage/model.html\` shows them
- \`${run('diagrams')}\`: the pictures in \`diagrams/\`; \`${run('client')}\`: a typed client in \`client/\`
- \`${run('doctor')}\`: what is missing on this computer
- \`npm start\`: the service, with settings as environment variables; sessions are in \`data/\`, or in DATABASE_URL
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
