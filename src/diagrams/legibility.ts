/** Measures how easy a picture is to read: overlaps that must not occur, and flaws that should be rare. */
import { type Drawing, type DrawnBox, type DrawnEdge, linesOf, type Point, type Rectangle } from './drawing.ts';

/** Adjacent shapes may touch. From this many pixels, they overlap. */
const tolerance = 0.5;

interface Named {
  readonly name: string;
  readonly area: Rectangle;
}

/** @returns one sentence for each label that overlaps a label, a state or a border, and for each state that overlaps another. */
export function overlaps(drawing: Drawing): string[] {
  const labels = drawing.edges.map(({ transitions, label }) => ({ name: `the label ${transitions[0]?.id}`, area: label }));
  const solid = [...solidAreas(drawing.boxes), ...bars(drawing.edges)];
  const borders = drawing.boxes.flatMap(borderAreas);
  const dots = drawing.initials.map(({ centre, radius }) => ({
    name: 'an initial dot',
    area: { x: centre.x - radius, y: centre.y - radius, width: 2 * radius, height: 2 * radius },
  }));
  return [
    ...pairsAmong(labels),
    ...pairsBetween(labels, [...solid, ...borders, ...dots]),
    ...pairsAmong(solid),
    ...pairsBetween(dots, solid),
  ].map(([one, other]) => `${one.name} overlaps ${other.name}`);
}

/** Lower is better. Comparable only between drawings of the same scene. */
export function penaltyOf(drawing: Drawing): number {
  const lines = drawing.edges.flatMap((edge, of) => linesOf(edge).map((points) => ({ of, parts: segmentsOf(points) })));
  const all = [...lines.map(({ parts }) => parts), ...drawing.initials.map(({ points }) => segmentsOf(points))];
  const labels = drawing.edges.map(({ label }) => label);
  const solid = [...solidAreas(drawing.boxes), ...bars(drawing.edges)].map(({ area }) => area);
  const struckLabels = count(
    lines.flatMap(({ of, parts }) => parts.flatMap((part) => labels.filter((label, index) => of !== index && meet(part, label)))),
  );
  // A line touches the boxes where it starts and ends. That does not count.
  const struckBoxes = count(all.flatMap((line) => line.flatMap((part) => solid.filter((area) => meet(part, shrunk(area))))));
  const crossings = count(all.flatMap((line, index) => all.slice(index + 1).flatMap((other) => crossingsOf(line, other))));
  const drawn = lines.flatMap(({ parts }) => parts);
  const bends = count(drawn) - lines.length;
  const length = drawn.reduce((sum, part) => sum + part.width + part.height, 0);
  const { width, height } = drawing;
  return (
    overlaps(drawing).length * 100_000 +
    struckBoxes * 2000 +
    struckLabels * 1000 +
    crossings * 120 +
    bends * 12 +
    length * 0.12 +
    turned(drawing) * 400 +
    (width + height) * 0.5 +
    // Pages are about as wide as they are high. A long strip fits none.
    Math.max(0, width / height - 1.4, height / width - 1.5) * 600
  );
}

/** The number of states drawn above the initial one. Readers expect the initial state at the top. */
function turned({ boxes, initials }: Drawing): number {
  const found = initials.flatMap(({ parent, target }) => {
    const first = boxes.find(({ node }) => node === target);
    return boxes.filter(({ shape, parent: of, frame }) => shape !== 'any' && of === parent && first && frame.y + tolerance < first.frame.y);
  });
  return count(found);
}

/** Areas that a label must not cover: states without nested states, and the headers of compound states. */
function solidAreas(boxes: readonly DrawnBox[]): Named[] {
  return boxes.map(({ state, shape, frame, content }) => ({
    name: shape === 'any' ? "'Any state'" : `the state ${state.path}`,
    area: shape === 'compound' ? { ...frame, height: content.height } : frame,
  }));
}

/** The bars of forks. */
function bars(edges: readonly DrawnEdge[]): Named[] {
  return edges.flatMap(({ transitions, branching }) =>
    branching ? [{ name: `the fork of ${transitions[0]?.id}`, area: branching.bar }] : [],
  );
}

/** The border of a compound state. Labels may lie inside or outside of it. */
function borderAreas({ shape, state, frame }: DrawnBox): Named[] {
  if (shape !== 'compound') return [];
  const { x, y, width, height } = frame;
  const thick = 2 * tolerance;
  const sides = [
    { x, y, width: thick, height },
    { x: x + width - thick, y, width: thick, height },
    { x, y: y + height - thick, width, height: thick },
  ];
  return sides.map((area) => ({ name: `the border of ${state.path}`, area }));
}

function pairsAmong(areas: readonly Named[]): [Named, Named][] {
  return areas.flatMap((one, index) => pairsBetween([one], areas.slice(index + 1)));
}

function pairsBetween(ones: readonly Named[], others: readonly Named[]): [Named, Named][] {
  return ones.flatMap((one) => others.flatMap((other): [Named, Named][] => (meet(one.area, other.area) ? [[one, other]] : [])));
}

function meet(a: Rectangle, b: Rectangle): boolean {
  return (
    a.x + tolerance < b.x + b.width &&
    b.x + tolerance < a.x + a.width &&
    a.y + tolerance < b.y + b.height &&
    b.y + tolerance < a.y + a.height
  );
}

function shrunk({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x + 2, y: y + 2, width: width - 4, height: height - 4 };
}

interface Segment extends Rectangle {
  readonly vertical: boolean;
}

/** The straight segments of a line, each as an area of a minimum width. */
function segmentsOf(points: readonly Point[]): Segment[] {
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    const width = Math.abs(to.x - from.x);
    const height = Math.abs(to.y - from.y);
    const hair = 2 * tolerance + 0.1;
    return {
      x: Math.min(from.x, to.x) - hair / 2,
      y: Math.min(from.y, to.y) - hair / 2,
      width: width + hair,
      height: height + hair,
      vertical: height > width,
    };
  });
}

function crossingsOf(line: readonly Segment[], other: readonly Segment[]): Segment[] {
  return line.flatMap((part) => other.filter((segment) => segment.vertical !== part.vertical && meet(part, segment)));
}

function count(found: readonly unknown[]): number {
  return found.length;
}
