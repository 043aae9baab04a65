/** The client's module with the routes of the workflows. Another module has their types. */
import type { Workflow } from '../../../machines/workflow.ts';

export function clientRoutes(workflows: readonly Workflow[]): string {
  const entries = workflows.map(({ name, collection, deadlines, success }) => {
    const names = Object.values(deadlines).map((deadline) => `'${deadline}'`);
    return `  '${name}': { collection: '${collection}', deadlines: [${names.join(', ')}], success: ${success === undefined ? 'null' : `'${success.outcome}'`} },`;
  });
  return [
    '/** The collection of each workflow, the members of its sessions that are deadlines, and the outcome that is its success. */',
    'export const workflowRoutes = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
