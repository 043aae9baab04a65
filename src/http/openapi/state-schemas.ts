/** The members of a representation that name states: the current state, and the outcome. */
import { Type } from '@sinclair/typebox';
import type { AnyStateMachine } from 'xstate';
import { statesOf } from '../../engine/machines/xstate-transition.ts';
import { finalPaths, isParallel, type Paths, possiblePaths } from '../sessions/state-paths.ts';
import { type StateDescription, stateDescriptions } from './state-descriptions.ts';

const OneOf = (values: readonly string[], description: string) => Type.String({ enum: values, description });
const PathOf = (paths: Paths, description: string) =>
  'listed' in paths ? OneOf(paths.listed, description) : Type.String({ pattern: paths.pattern, description });

export function stateSchemas(machine: AnyStateMachine) {
  const states = stateDescriptions(machine);
  const leaves = states.filter(({ state }) => !states.some((other) => other.state.startsWith(`${state}.`)));
  const meanings = leaves.map(({ state, ...meaning }) => `- \`${state}\`: ${meaningOf(meaning)}`);
  return {
    state: PathOf(possiblePaths(machine), `Where the session is:\n\n${meanings.join('\n')}`),
    ...(isParallel(machine) ? { states: activeSchema(leaves.map(({ state }) => state)) } : {}),
    ...tagsSchema(machine),
    outcome: Type.Union([PathOf(finalPaths(machine), 'How it ended; null while it is active'), Type.Null()]),
  };
}

/** The title of the screen, the state, and the help on the screen, in English. */
function meaningOf({ title, description, help }: Omit<StateDescription, 'state'>): string {
  return [title && `**${title['en']}**`, description, help?.['en']].filter((part) => typeof part === 'string').join(' · ');
}

function activeSchema(leaves: readonly string[]) {
  const description = 'The parts of `state`, which joins them with `|`, in the order of the machine';
  return Type.Array(OneOf(leaves, 'An active state without active child states'), { description });
}

function tagsSchema(machine: AnyStateMachine) {
  const tags = [...new Set(statesOf(machine).flatMap((node): readonly string[] => node.tags))];
  return tags.length === 0 ? {} : { tags: Type.Array(OneOf(tags, 'A tag'), { description: 'The tags of the active states' }) };
}
