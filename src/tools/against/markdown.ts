/** The changes of a deployment as Markdown, for a pull request. */
import type { Comparison, Difference } from '../../diagrams/comparison.ts';
import type { Fate, Fated } from './fates.ts';

export interface WorkflowChange {
  readonly name: string;
  /** Null if the workflow is new. */
  readonly before: number | null;
  /** Null if the workflow is removed. */
  readonly after: number | null;
  /** Null without the model of one of them. */
  readonly comparison: Comparison | null;
  /** The name of the picture; null for none. */
  readonly picture: string | null;
}

export interface Report {
  /** The place that the workflows are compared with. */
  readonly against: string;
  readonly changes: readonly WorkflowChange[];
  /** Null if nothing counts the sessions. */
  readonly fates: readonly Fated[] | null;
  /** The place whose sessions are counted. */
  readonly countedAt: string | null;
  readonly problems: readonly string[];
  /** Parts that cannot be compared. */
  readonly missing: readonly string[];
}

export function markdownOf({ against, changes, fates, countedAt, problems, missing }: Report): string {
  const sessions = countedAt === null ? 'Sessions are not counted: set `DATABASE_URL`.' : `The living sessions are those of ${countedAt}.`;
  const sections = [
    '# Workflows of this deployment',
    `Compared with \`${against}\`. ${sessions}`,
    table(
      ['Workflow', 'Version', 'Structure', 'Move', 'Stay', 'Stranded'],
      changes.map((change) => summaryRow(change, fates)),
    ),
    ...changes.flatMap((change) =>
      section(
        change,
        (fates ?? []).filter(({ workflow }) => workflow === change.name),
      ),
    ),
    ...listed('Not compared', missing),
    ...listed('Next steps', problems),
  ];
  return `${sections.join('\n\n')}\n`;
}

function summaryRow({ name, before, after, comparison }: WorkflowChange, fates: readonly Fated[] | null): string[] {
  const sum = (wanted: Fate) => {
    const these = (fates ?? []).filter(({ workflow, fate }) => workflow === name && fate === wanted);
    return fates === null ? '?' : String(these.reduce((total, { sessions }) => total + sessions, 0));
  };
  return [name, versionText(before, after), structureText(before, after, comparison), sum('moves'), sum('stays'), sum('stranded')];
}

export function versionText(before: number | null, after: number | null): string {
  if (before === null) return `${after ?? ''}, new`;
  if (after === null) return `${before}, removed`;
  return before === after ? String(after) : `${before} → ${after}`;
}

function structureText(before: number | null, after: number | null, comparison: Comparison | null): string {
  if (comparison === null) return before === null && after === null ? '' : 'not compared';
  const { differences } = comparison;
  const counts = (['added', 'removed', 'changed'] as const).map((kind) => [differences.filter((each) => each.kind === kind).length, kind]);
  const said = counts.filter(([count]) => count !== 0).map(([count, kind]) => `${count} ${kind}`);
  return said.length === 0 ? 'the same' : said.join(', ');
}

function section({ name, before, after, comparison, picture }: WorkflowChange, fates: readonly Fated[]): string[] {
  const differences = comparison?.differences ?? [];
  const isWhole = before === null || after === null;
  const noteworthy = fates.filter(({ fate }) => fate !== 'stays');
  if (differences.length === 0 && noteworthy.length === 0) return [];
  return [
    `## ${name}: version ${versionText(before, after)}`,
    ...(picture === null ? [] : [`![The differences of ${name}](${picture})`]),
    ...(isWhole || differences.length === 0 ? [] : [table(['', 'Part', 'Now', 'Before'], differences.map(differenceRow))]),
    ...(fates.length === 0 ? [] : [table(['Version', 'State', 'Sessions', 'After the deployment'], fates.map(fateRow))]),
  ];
}

function differenceRow({ kind, place, now, was }: Difference): string[] {
  return [kind, code(place), now.map(code).join('<br>'), was.map(code).join('<br>')];
}

function fateRow({ version, state, sessions, fate, to, error }: Fated): string[] {
  const said = { moves: `move to version ${to}`, stays: `stay on version ${version}`, stranded: 'are stranded' }[fate];
  return [String(version), code(state), String(sessions), error === null ? said : `${said}: ${error}`];
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${plain(line)}`).join('\n')];
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}

/** Without control characters: a terminal prints the text, and the names in it may be of another team. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
