/** Files with a planted violation, to test a rule. */
import { type ParsedFile, parseFile } from './parsed-file.ts';

export function planted(files: Record<string, string>): ParsedFile[] {
  return Object.entries(files).map(([path, text]) => parseFile({ path, text }));
}

export function plant(path: string, text: string): ParsedFile[] {
  return planted({ [path]: text });
}

/** A workflow in one file, and the statechart of another. */
export const workflowsPlanted = {
  'machines/email-verification-interface.ts': "export const a = defineWorkflow('email-verification', () => {});",
  'machines/a-chart.ts': 'export const a = () => fragment.createMachine({});',
};
