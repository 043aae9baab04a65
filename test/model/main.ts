/**
 * `npm run model`: drives the model tests against a service. Without `--target` it starts one of its own.
 *
 *   npm run model -- --target http://localhost:3000 [--workflow email-verification] [--policy strict|figures.json]
 *
 * The target needs a sandbox, a clock that no other client moves meanwhile, and room for the wrong passwords of one client, in its `POLICY`:
 * { "wrongPasswordsPerClient": 1000000, "wrongPasswordsPerNetwork": 1000000 }.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Workflow } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { drive } from '../../src/testing/drive/drive.ts';
import { shortestFailure } from '../../src/testing/drive/failure.ts';
import { rowsOf } from '../../src/testing/report.ts';
import { Client, type Json, startIn } from '../support/service.ts';
import { read } from '../support/settings.ts';
import { registry } from '../support/workflows.ts';
import { deploymentOn } from './deployment.ts';
import { drivenModel } from './driven.ts';
import { suiteOf } from './suite.ts';

const { values } = parseArgs({
  options: { target: { type: 'string' }, workflow: { type: 'string' }, policy: { type: 'string', default: 'seed' } },
});

async function main(): Promise<number> {
  if (values.target !== undefined) return driveAll(new Client(values.target.replace(/\/+$/, '')), isForAnybody);
  const { environment, remove } = await deploymentOn('PGlite', values.policy);
  const own = await startIn(environment);
  try {
    return await driveAll(new Client(own.url), () => true);
  } finally {
    await own.stop();
    await remove();
  }
}

/** A target service has neither an agent's key nor the provider whose accounts the suite links. */
function isForAnybody({ name, start, events }: Workflow): boolean {
  const isIt = start.by !== 'agent' && !Object.values(events).some(({ resolver }) => resolver === 'linkAccount');
  if (!isIt) process.stdout.write(`${name} is left out: it needs an agent’s key, or a provider\n`);
  return isIt;
}

async function driveAll(client: Client, isDriven: (workflow: Workflow) => boolean): Promise<number> {
  const { policy } = read({ POLICY: values.policy }, (path) => readFileSync(path, 'utf8'));
  const served: Json[] = (await client.get('/v1/workflows')).body.workflows;
  const wanted = new Workflows(registry, policy)
    .latest()
    .filter((each) => (values.workflow === undefined || each.name === values.workflow) && isDriven(each));
  let failed = wanted.length === 0 ? 1 : 0;
  for (const workflow of wanted) {
    const { name, version } = workflow;
    if (!served.some((each) => each.name === name && each.version === version))
      throw new Error(`${client.url} does not serve ${name} version ${version}`);
    const { model, schedules, coverage } = suiteOf(workflow, policy);
    const run = `model-${Date.now().toString(36)}`;
    const { sessions, requests, failures } = await drive([{ model: drivenModel(model), schedules }], { client: () => client }, run);
    process.stdout.write(`${name}: ${sessions} sessions, ${requests} requests\n`);
    for (const { what, covered, of } of rowsOf(coverage()))
      process.stdout.write(`  ${what.padEnd(46)}${String(covered).padStart(6)} of ${of}\n`);
    if (failures.length > 0) process.stdout.write(`${shortestFailure(failures, client.url)}\n`);
    failed += failures.length;
    process.stdout.write(`${sessions - failures.length} passed, ${failures.length} failed\n`);
  }
  return failed;
}

process.exitCode = (await main()) === 0 ? 0 : 1;
