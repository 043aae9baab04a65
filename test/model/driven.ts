/** The built-in workflows as a drive sees them: a person, their observations, and the oracle of their promises. */
import { isDeepStrictEqual } from 'node:util';
import type { DrivenModel, Watcher } from '../../src/testing/drive/model.ts';
import { Person } from '../../src/testing/participants/person.ts';
import type { Surroundings } from '../../src/testing/participants/surroundings.ts';
import { PromiseOracle } from '../../src/testing/promises/oracle.ts';
import { agree, withdraw } from '../support/openid-provider.ts';
import type { Seen } from './observation.ts';
import { arrives } from './rehearse.ts';
import { expectedObservation, type Model, saidBy, seenIn } from './seen.ts';

/** The visitors to whom the stand-in gives no grant, by its answer. */
const visitors: Readonly<Record<string, string>> = { declined: 'nobody', failed: 'unlucky' };

const surroundings: Surroundings = {
  provider: { visit: (url, person, answer) => agree(url, visitors[answer] ?? person), withdraw },
  endTask: async (_, { task }) => {
    throw new Error(`The service itself ends the task ${task}`);
  },
  clientKey: null,
  writers: {},
};

export function drivenModel(model: Model): DrivenModel<Seen, Person> {
  const { workflow, stepper } = model;
  return {
    workflow,
    stepper,
    actor: (name) => new Person(workflow, name, surroundings),
    expected: (moment, viewer) => expectedObservation(model, moment, viewer),
    seen: seenIn,
    agrees: isDeepStrictEqual,
    watcher: (startedAt, person) => watcherOf(model, startedAt, person),
  };
}

function watcherOf({ workflow, facts }: Model, startedAt: number, person: Person): Watcher<Seen> {
  const oracle = new PromiseOracle(workflow.promises ?? {}, facts, startedAt);
  return {
    step: (step, opening, seen) => {
      const said = saidBy(step, opening);
      const told = said === null ? [] : oracle.told(said, step.at, seen, arrives(step));
      for (const { at, well } of step.ends) oracle.delivered(at, well);
      return [...told, ...oracle.shows(step.at, seen)];
    },
    finish: async (client, at, t0, seen) => [
      ...oracle.shows(at, seen),
      ...oracle.messages(await person.inbox(client, t0)),
      ...oracle.notices(await person.told(client, t0)),
    ],
  };
}
