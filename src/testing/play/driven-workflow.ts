/** Any workflow as a drive sees it: its participants, its observations, and the oracle of its promises. */
import type { DrivenModel, Watcher } from '../drive/model.ts';
import { Person } from '../participants/person.ts';
import type { Surroundings } from '../participants/surroundings.ts';
import type { FigureValues } from '../promises/ledger.ts';
import { PromiseOracle } from '../promises/oracle.ts';
import { agrees, expectedObservation, type Observation, type Observed, observationIn } from './observation.ts';
import { shownIn, watched } from './rehearsal.ts';

export function drivenWorkflow(observed: Observed, figures: FigureValues, surroundings: Surroundings): DrivenModel<Observation, Person> {
  const { workflow, stepper } = observed;
  return {
    workflow,
    stepper,
    actor: (name) => new Person(workflow, name, surroundings),
    expected: (moment, viewer) => expectedObservation(observed, moment, viewer),
    seen: (answer, t0, viewer) => observationIn(observed, answer, t0, viewer),
    agrees,
    watcher: (startedAt) => watcherOf(observed, figures, startedAt),
  };
}

function watcherOf({ workflow: { promises } }: Observed, figures: FigureValues, startedAt: number): Watcher<Observation> | null {
  if (promises === undefined) return null;
  const oracle = new PromiseOracle(promises, figures, startedAt);
  return {
    step: (step, opening, seen) => watched(oracle, step, opening, seen),
    finish: async (_client, at, _t0, seen) => oracle.shows(at, shownIn(seen)),
  };
}
