/** The states of a machine with the descriptions in its file. */
import type { AnyStateMachine } from 'xstate';
import { type Screen, screenOf } from '../../../machines/texts.ts';

export interface StateDescription extends Screen {
  /** As in the representation: `codeActive.cooldown`. */
  readonly state: string;
  readonly description: string | null;
  readonly final: boolean;
}

type StateNode = AnyStateMachine['root'];

export function stateDescriptions(machine: AnyStateMachine): StateDescription[] {
  return below(machine.root);
}

function below(node: StateNode): StateDescription[] {
  // History states are never active.
  const states = Object.values(node.states).filter(({ type }: StateNode) => type !== 'history');
  return states.flatMap((state: StateNode) => {
    const described = {
      state: state.path.join('.'),
      description: state.description ?? null,
      ...screenOf(state.meta),
      final: state.type === 'final',
    };
    return [described, ...below(state)];
  });
}
