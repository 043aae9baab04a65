/** `check --against`: the effect of a deployment on the machines and on the living sessions. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { valuesOf } from '../../../machines/figures.ts';
import { databaseOf, type Environment, settingsReader } from '../../config/config.ts';
import { compare } from '../../diagrams/comparison.ts';
import { readMachine } from '../../diagrams/machine-reader.ts';
import { Workflows } from '../../engine/machines/workflows.ts';
import { assemble } from '../../modules/assembly.ts';
import { withLivingSessions } from '../../store/living-sessions.ts';
import type { Project } from '../loading/project.ts';
import { Mistake } from '../mistake.ts';
import { withPackage } from '../optional-package.ts';
import { type Earlier, earlierOf } from './earlier.ts';
import { type Fated, fatesOf, triedFates } from './fates.ts';
import { markdownOf, versionText, type WorkflowChange } from './markdown.ts';
import { changedVersions, earlierPrints, problemsOf } from './problems.ts';

export interface ComparisonTask {
  readonly project: Project;
  /** A lock, a folder of diagrams, or the URL of a service. */
  readonly against: string;
  /** The folder for pictures and Markdown; null for none. */
  readonly out: string | null;
  readonly environment: Environment;
}

export interface Compared {
  readonly markdown: string;
  /** One line for each problem. */
  readonly problems: readonly string[];
}

const pictureEnding = '.changes.svg';

/** @throws Mistake, ConfigError */
export async function compareWith({ project, against, out, environment }: ComparisonTask): Promise<Compared> {
  if (out !== null && existsSync(join(out, 'machines.lock.json')))
    throw new Mistake(`${out} holds the diagrams themselves: name another folder for the changes`);
  const earlier = await earlierOf(against);
  const assembly = assemble(project.modules);
  const workflows = new Workflows(assembly.workflows, valuesOf(assembly.figures, 'default'));
  const changed = changedVersions(workflows, earlierPrints(earlier));
  const isChanged = (name: string, version: number) => changed.has(`${name}@${version}`);
  const { fates, countedAt } = await countedFates(earlier, workflows, isChanged, {
    settings: { ...project.settings, ...environment },
    against,
  });
  const problems = problemsOf(workflows, earlier, changed, fates);
  const changes = changesOf(project, workflows, earlier, fates ?? []);
  if (out !== null) await writePictures(out, changes);
  const markdown = markdownOf({
    against,
    changes: out === null ? changes.map((change) => ({ ...change, picture: null })) : changes,
    fates,
    countedAt,
    problems,
    missing: earlier.missing,
  });
  if (out !== null) writeFileSync(join(out, 'changes.md'), markdown);
  return { markdown, problems };
}

async function countedFates(
  { counts }: Earlier,
  workflows: Workflows,
  isChanged: (workflow: string, version: number) => boolean,
  { settings, against }: { readonly settings: Environment; readonly against: string },
): Promise<{ readonly fates: readonly Fated[] | null; readonly countedAt: string | null }> {
  const { databaseUrl: url, schema } = databaseOf(settingsReader(settings, (path) => readFileSync(path, 'utf8')));
  if (url === null) {
    if (counts === null) return { fates: null, countedAt: null };
    return { fates: fatesOf(counts, workflows, isChanged), countedAt: `the sandbox at ${against}` };
  }
  const fates = await withLivingSessions({ url, schema }, (living) => triedFates(living, workflows, isChanged)).catch((error) => {
    const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new Mistake(`The sessions of the database cannot be read${reason}: check DATABASE_URL and SCHEMA, and that the server runs`, {
      cause: error,
    });
  });
  return { fates, countedAt: 'the database' };
}

/** A folder of diagrams may be that of an author, who draws no built-in workflows. */
function changesOf({ sources }: Project, workflows: Workflows, earlier: Earlier, fates: readonly Fated[]): WorkflowChange[] {
  const present = new Map(workflows.latest().map((workflow) => [workflow.name, workflow]));
  const isOwn = (name: string) => sources.size === 0 || sources.has(name);
  const names = [
    ...[...present.keys()].filter((name) => isOwn(name) || Object.hasOwn(earlier.versions, name)),
    ...Object.keys(earlier.versions),
    ...fates.map(({ workflow }) => workflow),
  ];
  return [...new Set(names)].toSorted().map((name) => {
    const workflow = present.get(name);
    const after = workflow === undefined ? null : readMachine(workflow);
    const before = earlier.models.find((model) => model.name === name) ?? null;
    const [from, to] = [earlier.versions[name] ?? null, after?.version ?? null];
    const isKnown = (before !== null || from === null) && (before ?? after) !== null;
    const comparison = isKnown ? compare(before, after) : null;
    const picture = comparison !== null && comparison.differences.length > 0 ? `${name}${pictureEnding}` : null;
    return { name, before: from, after: to, comparison, picture };
  });
}

/** Writes the pictures, and removes those of an earlier comparison. */
async function writePictures(folder: string, changes: readonly WorkflowChange[]): Promise<void> {
  const { layOut, wholeScene, drawComparison } = await withPackage('elkjs', 'Drawing the changes', () => import('./drawing.ts'));
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.endsWith(pictureEnding)) rmSync(join(folder, name));
  for (const { name, before, after, comparison, picture } of changes) {
    if (picture === null || comparison === null) continue;
    const drawing = await layOut(wholeScene(comparison.model));
    writeFileSync(join(folder, picture), drawComparison(drawing, `${name}: version ${versionText(before, after)}`));
  }
}
