/**
 * `npm run model`: drives the model tests against a service. Without `--target` it starts one of its own.
 *
 *   npm run model -- --target http://127.0.0.1:3000 [--workflow email-verification] [--policy strict|figures.json]
 *
 * The target needs a sandbox, and a clock that nobody else moves meanwhile.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { registry } from '../../machines/registry.ts';
import { readConfig } from '../../src/config.ts';
import { Workflows } from '../../src/engine/workflows.ts';
import { Client, type Json, startTestService } from '../support/service.ts';
import { drive } from './drive.ts';
import { shortestFailure } from './failure.ts';
import { rowsOf } from './report.ts';
import { suiteOf } from './suite.ts';

const { values } = parseArgs({
  options: { target: { type: 'string' }, workflow: { type: 'string' }, policy: { type: 'string', default: 'seed' } },
});

async function main(): Promise<number> {
  const own = values.target === undefined ? await startTestService('PGlite', { POLICY: values.policy }) : null;
  const client = own?.client ?? new Client((values.target ?? '').replace(/\/+$/, ''));
  try {
    return await driveAll(client);
  } finally {
    await own?.remove();
  }
}

async function driveAll(client: Client): Promise<number> {
  const { policy } = readConfig({ POLICY: values.policy }, (path) => readFileSync(path, 'utf8'));
  const served: Json[] = (await client.get('/v1/workflows')).body.workflows;
  const wanted = new Workflows(registry, policy).latest().filter(({ name }) => values.workflow === undefined || name === values.workflow);
  let failed = wanted.length === 0 ? 1 : 0;
  for (const workflow of wanted) {
    const { name, version } = workflow;
    if (!served.some((each) => each.name === name && each.version === version))
      throw new Error(`${client.url} does not serve ${name} version ${version}`);
    const { model, schedules, coverage } = suiteOf(workflow, policy);
    const run = `model-${Date.now().toString(36)}`;
    const { sessions, requests, failures } = await drive(model, schedules, { client: () => client }, run);
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
