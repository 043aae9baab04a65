/** What the client has to know of the workflows besides their types, as the module that it reads. */
import type { Workflow } from '../../../machines/workflow.ts';

export function clientRoutes(workflows: readonly Workflow[]): string {
  const entries = workflows.map(({ name, collection, deadlines }) => {
    const names = Object.values(deadlines).map((deadline) => `'${deadline}'`);
    return `  '${name}': { collection: '${collection}', deadlines: [${names.join(', ')}] },`;
  });
  return [
    '/** Where the sessions of each workflow are, and which members of a session are deadlines. */',
    'export const workflowRoutes = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
