/** The client's module with the routes of the workflows. Another module has their types. */
import type { Workflow } from '../../../machines/workflow.ts';

export function clientRoutes(workflows: readonly Workflow[]): string {
  const entries = workflows.map(({ name, collection, deadlines }) => {
    const names = Object.values(deadlines).map((deadline) => `'${deadline}'`);
    return `  '${name}': { collection: '${collection}', deadlines: [${names.join(', ')}] },`;
  });
  return [
    '/** The collection of each workflow, and the members of its sessions that are deadlines. */',
    'export const workflowRoutes = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
