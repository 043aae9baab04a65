/** The states of a machine with the descriptions in its file. */
import type { AnyStateMachine } from 'xstate';

export interface StateDescription {
  /** As in the representation: `codeActive.cooldown`. */
  readonly state: string;
  readonly description: string | null;
  /** The screen of the state. */
  readonly screen: string | null;
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
    const screen: unknown = (state.meta as { screen?: unknown } | undefined)?.screen;
    const described = {
      state: state.path.join('.'),
      description: state.description ?? null,
      screen: typeof screen === 'string' ? screen : null,
      final: state.type === 'final',
    };
    return [described, ...below(state)];
  });
}
