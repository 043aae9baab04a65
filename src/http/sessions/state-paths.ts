/** The paths that a session of a machine can be in, without all combinations of the regions of a parallel state. */
import type { AnyStateMachine } from 'xstate';
import { regionSeparator } from '../../engine/machines/state-value.ts';

type StateNode = AnyStateMachine['root'];

/** The most combinations that a document lists. Three regions of four states have 64 combinations; five such regions have 1,024. */
const mostListed = 64;

/** The paths as a list, or as a pattern if there are too many. */
export type Paths = { readonly listed: readonly string[] } | { readonly pattern: string };

/** Every value of `state` in the representation. */
export function possiblePaths({ root }: AnyStateMachine): Paths {
  return pathsOf(root, childrenOf);
}

/** Every value of `outcome`. A machine ends in a final state at its top, or when each region at its top has ended. */
export function finalPaths({ root }: AnyStateMachine): Paths {
  return pathsOf(root, (node) => (node.type === 'compound' ? childrenOf(node).filter(({ type }) => type === 'final') : childrenOf(node)));
}

/** True if the machine has parallel states. */
export function isParallel({ root }: AnyStateMachine): boolean {
  return [root, ...below(root)].some(({ type }) => type === 'parallel');
}

function below(node: StateNode): StateNode[] {
  return Object.values(node.states).flatMap((child: StateNode) => [child, ...below(child)]);
}

/** History states are never active. */
function childrenOf(node: StateNode): StateNode[] {
  return Object.values(node.states).filter(({ type }: StateNode) => type !== 'history');
}

type Within = (node: StateNode) => readonly StateNode[];

function pathsOf(root: StateNode, within: Within): Paths {
  return countOf(root, within) <= mostListed ? { listed: listed(root, within) } : { pattern: `^${patternOf(root, within)}$` };
}

function countOf(node: StateNode, within: Within): number {
  const counts = within(node).map((child) => countOf(child, within));
  if (node.type === 'parallel') return counts.reduce((product, count) => product * count, 1);
  return node.type === 'compound' ? counts.reduce((sum, count) => sum + count, 0) : 1;
}

function listed(node: StateNode, within: Within): string[] {
  const paths = within(node).map((child) => listed(child, within));
  if (node.type === 'compound') return paths.flat();
  if (node.type !== 'parallel') return [node.path.join('.')];
  return paths.reduce(
    (before, region) => before.flatMap((path) => region.map((last) => (path === '' ? last : path + regionSeparator + last))),
    [''],
  );
}

function patternOf(node: StateNode, within: Within): string {
  const patterns = within(node).map((child) => patternOf(child, within));
  if (node.type === 'compound') return `(?:${patterns.join('|')})`;
  return node.type === 'parallel' ? patterns.join('\\|') : node.path.join('.').replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
