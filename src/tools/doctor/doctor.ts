/** `doctor`: looks for what is wrong with this computer, the settings and the project. */
import type { Environment } from '../../config/config.ts';
import type { Project } from '../loading/project.ts';
import { deploymentFindings } from './deployment.ts';
import { error, type Finding, reasonOf } from './finding.ts';
import { nodeFinding, packageFindings } from './machine.ts';
import { fileFindings, settingsFinding, workflowFindings } from './project.ts';

export interface Diagnosis {
  readonly environment: Environment;
  /** Loads the project, which may be what is wrong. */
  readonly load: () => Promise<Project>;
  readonly say: (line: string) => void;
}

/** @returns the number of errors */
export async function diagnose({ environment, load, say }: Diagnosis): Promise<number> {
  const counts = { ok: 0, warning: 0, error: 0 };
  const tell = (findings: readonly Finding[]): void => {
    for (const { level, text } of findings) {
      counts[level] += 1;
      say(`${level.padEnd(9)}${text}`);
    }
  };
  tell([nodeFinding(), ...packageFindings('.')]);
  const project = await load().catch((thrown: unknown) => {
    tell([error(reasonOf(thrown))]);
    return null;
  });
  if (project !== null) {
    const faults = workflowFindings(project);
    tell(faults);
    const { finding, settled } = settingsFinding(project, environment);
    tell([finding]);
    if (settled !== null) tell(await deploymentFindings(settled));
    if (faults.every(({ level }) => level === 'ok')) tell(await fileFindings(project));
  }
  say(
    `\n${counts.error === 0 && counts.warning === 0 ? 'All is well' : `${counted(counts.error, 'error')}, ${counted(counts.warning, 'warning')}`}`,
  );
  return counts.error;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
