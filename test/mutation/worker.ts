/** A process that tries mutants by number, one at a time. An endless mutant ends with the process. */
import { findMutant } from './kill.ts';
import { allMutants } from './mutants.ts';

const mutants = allMutants();

process.on('message', (index: number) => {
  const mutant = mutants[index];
  if (mutant) void findMutant(mutant).then((found) => process.send?.({ index, found }));
});
