/** The findings about a project: its workflows, its settings, and the files that are made from the workflows. */
import { existsSync } from 'node:fs';
import type { Environment } from '../../config/config.ts';
import { type Settled, settle } from '../../service/design.ts';
import { checked } from '../check.ts';
import { writeClient } from '../client.ts';
import { drawDiagrams } from '../diagrams.ts';
import { shown } from '../loading/author-file.ts';
import { located, type Project } from '../loading/project.ts';
import { error, type Finding, ok, reasonOf, warning } from './finding.ts';

export function workflowFindings(project: Project): Finding[] {
  const { faults, summary } = checked(project.modules, project.sources);
  return faults.length === 0 ? [ok(summary)] : faults.map((line) => error(located(project, line)));
}

/** @returns the settings with the modules; null if a setting is wrong */
export function settingsFinding(
  project: Project,
  environment: Environment,
): { readonly finding: Finding; readonly settled: Settled | null } {
  try {
    const settled = settle({ modules: project.modules, config: { ...project.settings, ...environment } });
    const { sandbox, production } = settled.config;
    const mode = production ? 'for production' : sandbox ? 'for the sandbox' : 'without the sandbox';
    return { finding: ok(`The settings are valid, ${mode}`), settled };
  } catch (thrown) {
    return { finding: error(reasonOf(thrown)), settled: null };
  }
}

/** Each compares the files of one folder with the workflows. */
const writers = { diagrams: drawDiagrams, client: writeClient };

export async function fileFindings({ modules, folders, argument }: Project): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, writer] of Object.entries(writers) as ['diagrams' | 'client', typeof drawDiagrams][]) {
    const folder = folders[name];
    if (folder === null) continue;
    const command = `verification-workflows ${name}${argument}`;
    if (!existsSync(folder)) {
      findings.push(warning(`There is no folder ${shown(folder)} yet: ${command}`));
      continue;
    }
    const lines = await writer({ modules, folder, checking: true, command }).catch((thrown: unknown) => [reasonOf(thrown)]);
    const [stale, faults] = [
      lines.filter((line) => line.endsWith(`run ${command}`)),
      lines.filter((line) => !line.endsWith(`run ${command}`)),
    ];
    if (stale.length > 0) findings.push(warning(`${shown(folder)} has ${stale.length} stale files: ${command}`));
    // A missing package has its own finding.
    findings.push(...faults.filter((line) => !line.includes('not installed')).map(error));
    if (lines.length === 0) findings.push(ok(`${shown(folder)} is what the workflows say`));
  }
  return findings;
}
