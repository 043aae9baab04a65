/** The check of overlaps bites, and the pictures pass it. */
import { describe, expect, test } from 'vitest';
import { type Drawing, type DrawnEdge, linesOf, type Rectangle } from '../../src/diagrams/drawing.ts';
import { layOut } from '../../src/diagrams/layout.ts';
import { overlaps, penaltyOf } from '../../src/diagrams/legibility.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { overviewScene, wholeScene } from '../../src/diagrams/scene.ts';
import { workflows } from '../support/workflows.ts';
import { besideMachine, doorMachine, forkingMachine, houseMachine, nestedMachine, workflowOf } from './invented-machines.ts';

const drawing = await layOut(wholeScene(readMachine(workflowOf(doorMachine()))));

function frameOf(node: string): Rectangle {
  const box = drawing.boxes.find((each) => each.node === node);
  if (!box) throw new Error(`No state ${node}`);
  return box.frame;
}

function edge(id: string): DrawnEdge {
  const found = drawing.edges.find(({ transitions }) => transitions[0]?.id === id);
  if (!found) throw new Error(`No line ${id}`);
  return found;
}

function withLabel(id: string, at: { x: number; y: number }): Drawing {
  const edges = drawing.edges.map((each) => (each === edge(id) ? { ...each, label: { ...each.label, ...at } } : each));
  return { ...drawing, edges };
}

function withFrame(node: string, change: Partial<Rectangle>): Drawing {
  return { ...drawing, boxes: drawing.boxes.map((box) => (box.node === node ? { ...box, frame: { ...box.frame, ...change } } : box)) };
}

const moved = 'closed:knock:0';

describe('is reported:', () => {
  test('a label on another', () => {
    const { label } = edge('any:after-night:0');
    expect(overlaps(withLabel(moved, { x: label.x + 4, y: label.y + 4 }))).toContain(
      'the label any:after-night:0 overlaps the label closed:knock:0',
    );
  });

  test('a label on a state', () => {
    const { x, y } = frameOf('inside');
    expect(overlaps(withLabel(moved, { x: x - 4, y: y + 1 }))).toEqual(['the label closed:knock:0 overlaps the state inside']);
  });

  test('a label on the header of a state that holds others, and on its border', () => {
    const { x, y, height } = frameOf('opening');
    expect(overlaps(withLabel(moved, { x: x + 10, y: y + 6 }))).toContain('the label closed:knock:0 overlaps the state opening');
    expect(overlaps(withLabel(moved, { x: x - 8, y: y + height - 60 }))).toContain(
      'the label closed:knock:0 overlaps the border of opening',
    );
  });

  test('a state on another', () => {
    const { x, y } = frameOf('inside');
    expect(overlaps(withFrame('locked', { x: x + 5, y: y + 5 }))).toContain('the state inside overlaps the state locked');
  });
});

test('a drawing that is harder to read is worse: overlaps before crossings before length', () => {
  const { label, points } = edge(moved);
  const longer = { ...edge(moved), points: [...points, { x: points.at(-1)?.x ?? 0, y: (points.at(-1)?.y ?? 0) + 500 }] };
  const stretched = { ...drawing, edges: drawing.edges.map((each) => (each === edge(moved) ? longer : each)) };
  const covered = withLabel('any:after-night:0', label);
  expect(penaltyOf(stretched)).toBeGreaterThan(penaltyOf(drawing));
  expect(penaltyOf(covered)).toBeGreaterThan(penaltyOf(stretched));
});

const invented = [doorMachine(), houseMachine, forkingMachine, nestedMachine, besideMachine].map((machine) => workflowOf(machine));
const drawn = [...workflows.latest(), ...invented].map(readMachine);

test('a label on the bar of a fork, and a bar on a state, are reported', async () => {
  const forking = await layOut(wholeScene(readMachine(workflowOf(forkingMachine))));
  const withBar = (at: Rectangle) => ({
    ...forking,
    edges: forking.edges.map((each) => (each.branching ? { ...each, branching: { ...each.branching, bar: at } } : each)),
  });
  const [labelled] = forking.edges;
  const state = forking.boxes.find(({ node }) => node === 'gone');
  if (!labelled || !state) throw new Error('No label, or no state');
  expect(overlaps(withBar(labelled.label))).toContain('the label any:reset:0 overlaps the fork of any:reset:0');
  expect(overlaps(withBar(state.frame))).toContain('the state gone overlaps the fork of any:reset:0');
});

describe.each(drawn.map((model) => [model.name, model] as const))('%s', async (_, model) => {
  const scenes = [wholeScene(model), overviewScene(model)].filter((scene) => scene !== null);
  const drawings = await Promise.all(scenes.map(layOut));

  test('nothing overlaps, in the whole or in the overview', () => {
    expect(drawings.flatMap(overlaps)).toEqual([]);
  });

  test('every line is there, and each of its parts is level or upright', () => {
    for (const { edges, initials } of drawings) {
      for (const points of [...edges.flatMap(linesOf), ...initials.map((initial) => initial.points)]) {
        expect(points.length).toBeGreaterThan(1);
        const slanted = points.slice(1).filter(({ x, y }, index) => x !== points[index]?.x && y !== points[index]?.y);
        expect(slanted).toEqual([]);
      }
    }
  });

  test('the state that is entered first stands above its siblings', () => {
    for (const { boxes, initials } of drawings) {
      for (const { parent, target } of initials) {
        const siblings = boxes.filter((box) => box.parent === parent && box.shape !== 'any');
        const first = siblings.find(({ node }) => node === target)?.frame.y ?? Number.NaN;
        // A state that no sibling leads to has no place in the order: a history state, or a second way into the parent.
        const isInside = (path: string) => parent === null || path.startsWith(`${parent}.`);
        const led = siblings.filter(({ node }) =>
          model.transitions.some(({ source, target: to }) => to === node && node !== target && isInside(source)),
        );
        expect(led.filter(({ state, frame }) => state.type !== 'history' && frame.y < first).map(({ node }) => node)).toEqual([]);
      }
    }
  });
});
