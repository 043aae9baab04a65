/** A stopped service leaves nothing in its process: hundreds that start and stop take no more memory than one. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import { Client, databaseKinds, startIn, testDatabase } from '../support/service.ts';
import { registry } from '../support/workflows.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Objects that only a service holds, such as the workflows of its engine. */
function watchedDefinitions(): { definitions: WorkflowDefinition[]; held: () => readonly string[] } {
  const made: { name: string; workflow: WeakRef<Workflow> }[] = [];
  const definitions = registry.map((definition) => ({
    ...definition,
    of: (...policy: Parameters<WorkflowDefinition['of']>) => {
      const workflow = definition.of(...policy);
      made.push({ name: definition.name, workflow: new WeakRef(workflow) });
      return workflow;
    },
  }));
  return { definitions, held: () => made.filter(({ workflow }) => workflow.deref() !== undefined).map(({ name }) => name) };
}

describe.each(databaseKinds)('on %s', (kind) => {
  test('a service that was used and stopped can be garbage-collected', async () => {
    const database = await testDatabase(kind);
    const { definitions, held } = watchedDefinitions();
    const use = async () => {
      const service = await startIn(database.environment, definitions);
      const client = new Client(service.url);
      const session = await client.verify('leaver@example.com');
      expect((await session.submit(await client.codeFor('leaver@example.com'))).status).toBe(200);
      expect((await client.get('/metrics')).status).toBe(200);
      expect((await client.get('/openapi.json')).status).toBe(200);
      expect(new Set(held()).size).toBe(registry.length);
      await service.stop();
    };
    await use();
    const isForgotten = () => {
      collectGarbage();
      expect(held()).toEqual([]);
    };
    await vi.waitFor(isForgotten, { timeout: 20_000 });
    await database.remove();
  });
});
