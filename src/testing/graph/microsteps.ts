/** The transitions that a machine takes with one event: the first, and those that follow at once, eventless or as a state's `onDone`. */
import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, type AnyTransitionDefinition, createActor } from 'xstate';
import { statesOf } from '../../engine/machines/xstate-transition.ts';

type Take = (snapshot: AnyMachineSnapshot, event: { type: string }) => readonly AnyTransitionDefinition[];

const takes = new WeakMap<AnyStateMachine, Take>();

/** @returns the transitions in the order of their microsteps; none if the state does not hear the event */
export function transitionsTaken(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: { type: string },
): readonly AnyTransitionDefinition[] {
  const take = takes.get(machine) ?? takeOf(machine);
  takes.set(machine, take);
  return take(snapshot, event);
}

function takeOf(machine: AnyStateMachine): Take {
  // Most machines have no transition that follows another one: XState then names the transitions without making a step.
  const follows = statesOf(machine).some(
    ({ always = [], transitions }) => always.length > 0 || [...transitions.keys()].some((type) => type.startsWith('xstate.done.state.')),
  );
  return follows ? takeByMicrosteps(machine) : (snapshot, event) => machine.getTransitionData(snapshot, event) ?? [];
}

function takeByMicrosteps(machine: AnyStateMachine): Take {
  let taken: AnyTransitionDefinition[] = [];
  const self = createActor(machine, {
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') taken.push(...inspected._transitions);
    },
  });
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    defer: () => {},
    logger: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: () => {},
  };
  return (snapshot, event) => {
    taken = [];
    machine.transition(snapshot, event, scope);
    return taken;
  };
}
