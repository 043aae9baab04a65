/** `npm run check`: the machines of the registry, as the start of the service checks them. Prints a line for each fault. */
import { policyProfiles } from '../machines/policy.ts';
import { registry } from '../machines/registry.ts';
import { faultLine } from './engine/fault.ts';
import { checkMachine } from './engine/machine-check.ts';
import { Workflows } from './engine/workflows.ts';

const workflows = Object.values(policyProfiles).map((policy) => new Workflows(registry, policy).all());
const faults = workflows.flatMap((all) => all.flatMap((workflow) => checkMachine(workflow, all)));
for (const line of new Set(faults.map(faultLine))) process.stderr.write(`${line}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
