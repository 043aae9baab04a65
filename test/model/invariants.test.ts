/** The invariants of every registered workflow, with the limits of its drives. */
import { registry } from '../support/workflows.ts';
import { holdInvariants } from './invariant-suite.ts';
import { forPostgres, sizedTo } from './size.ts';

holdInvariants(registry.map((definition) => sizedTo(definition, forPostgres)));
