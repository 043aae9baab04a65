/** The invariants of the workflows whose graph with larger limits is still small enough to explore. */
import { isDeepStrictEqual } from 'node:util';
import { registry } from '../support/workflows.ts';
import { holdInvariants } from './invariant-suite.ts';
import { forInvariants, forPostgres, sizedTo } from './size.ts';

holdInvariants(
  registry.flatMap((definition) => {
    const larger = sizedTo(definition, forInvariants);
    return isDeepStrictEqual(larger.limits, sizedTo(definition, forPostgres).limits) ? [] : [larger];
  }),
);
