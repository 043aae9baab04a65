/**
 * Computes positions for a scene with ELK's layered layout. Runs only during generation: the service serves the
 * committed pictures.
 */
import elk, { type ElkExtendedEdge, type ElkNode, type LayoutOptions } from 'elkjs/lib/elk.bundled.js';
import { type Branching, type Drawing, finalRing, type Point, type Rectangle } from './drawing.ts';
import { penaltyOf } from './legibility.ts';
import type { Scene, SceneBox, SceneEdge } from './scene.ts';

const initialRadius = 6;
const slantAllowed = 4;
/** The bar of a fork, with room for each branch. Branches end farther apart than their arrows are wide. */
const bar = { height: 5, narrowest: 44, branch: 22 };
const margin = 28;
/** Between the border or header of a container and its content. */
const containerInset = 20;

/** Containers do not inherit these options: each repeats them. */
const everywhere: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'TAIL_LAYER',
  'elk.layered.thoroughness': '30',
  'elk.spacing.nodeNode': '26',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.spacing.edgeNode': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.spacing.edgeEdge': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.labelNode': '8',
  'elk.spacing.nodeSelfLoop': '16',
  'elk.spacing.componentComponent': '40',
};

const atRoot: LayoutOptions = {
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.padding': `[top=${margin},left=${margin},bottom=${margin},right=${margin}]`,
};

// ELK fails with any model order inside a container.
const inContainer: LayoutOptions = { 'elk.layered.considerModelOrder.strategy': 'NONE' };

/** No variant suits every machine. All are tried, and the most legible drawing is used. */
const variants: readonly LayoutOptions[] = ['1', '2'].flatMap((seed) => [
  { 'elk.randomSeed': seed },
  { 'elk.randomSeed': seed, 'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'MEDIAN_LAYER' },
  { 'elk.randomSeed': seed, 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' },
  { 'elk.randomSeed': seed, 'elk.layered.cycleBreaking.strategy': 'GREEDY' },
]);

/** @throws Error if ELK fails with every variant. */
export async function layOut(scene: Scene): Promise<Drawing> {
  let best: { drawing: Drawing; penalty: number } | null = null;
  let failure: unknown;
  for (const variant of variants) {
    try {
      const drawing = await layOutOnce(scene, variant);
      const penalty = penaltyOf(drawing);
      if (!best || penalty < best.penalty) best = { drawing, penalty };
    } catch (error) {
      failure = error;
    }
  }
  if (!best) throw new Error(`'${scene.prefix}' cannot be laid out`, { cause: failure });
  return best.drawing;
}

async function layOutOnce(scene: Scene, variant: LayoutOptions): Promise<Drawing> {
  const graph = graphOf(scene, { ...everywhere, ...variant });
  const placed = await new elk.default().layout(graph);
  const nodes = new Map(nodesBelow(placed).map((node) => [node.id, node]));
  const edges = new Map((placed.edges ?? []).map((edge) => [edge.id, edge]));
  const frameOf = (id: string): Rectangle => rectangle(nodes.get(id));
  const branchingOf = ({ fork, targets }: SceneEdge, index: number): Branching | null =>
    fork && { bar: frameOf(barId(index)), branches: targets.map((_, branch) => pointsOf(edges.get(branchId(index, branch)))) };
  return {
    ...scene,
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    boxes: scene.boxes.map((box) => ({ ...box, frame: frameOf(nodeId(box.node)) })),
    edges: scene.edges.map((edge, index) => {
      const line = edges.get(edgeId(index));
      return { ...edge, points: pointsOf(line), branching: branchingOf(edge, index), label: rectangle(line?.labels?.[0]) };
    }),
    initials: scene.initials.map((initial) => {
      const { parent } = initial;
      const { x, y, width } = frameOf(dotId(parent));
      const radius = width / 2;
      return { ...initial, centre: { x: x + radius, y: y + radius }, radius, points: pointsOf(edges.get(dotId(parent))) };
    }),
  };
}

// Paths can be any text, so each kind of id has its own prefix.
const nodeId = (node: string): string => `node ${node}`;
const edgeId = (index: number): string => `edge ${index}`;
const barId = (index: number): string => `bar ${index}`;
const branchId = (index: number, branch: number): string => `branch ${branch} of ${index}`;
const dotId = (parent: string | null): string => (parent === null ? 'dot' : `dot ${parent}`);

function graphOf(scene: Scene, options: LayoutOptions): ElkNode {
  const nodesIn = (parent: string | null): ElkNode[] => [
    ...scene.initials.filter((initial) => initial.parent === parent).map(() => dotOf(parent)),
    ...scene.boxes.filter((box) => box.parent === parent).map((box) => nodeOf(box, nodesIn, options)),
    ...scene.edges.flatMap((edge, index) => (edge.fork?.parent === parent && edge.fork ? [barOf(edge, index)] : [])),
  ];
  return {
    id: 'root',
    layoutOptions: { ...options, ...atRoot },
    children: nodesIn(null),
    edges: [
      ...scene.initials.map(({ parent, target }) => ({
        id: dotId(parent),
        sources: [dotId(parent)],
        targets: [nodeId(target)],
        layoutOptions: { 'elk.layered.priority.direction': '10', 'elk.layered.priority.straightness': '10' },
      })),
      ...scene.edges.flatMap(linesOf),
    ],
  };
}

function dotOf(parent: string | null): ElkNode {
  const diameter = 2 * (parent === null ? initialRadius : initialRadius - 1);
  const dot = { id: dotId(parent), width: diameter, height: diameter };
  return parent === null ? { ...dot, layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' } } : dot;
}

function nodeOf(box: SceneBox, nodesIn: (parent: string) => ElkNode[], options: LayoutOptions): ElkNode {
  const { node, shape, content } = box;
  if (shape !== 'compound') {
    const ring = shape === 'final' ? 2 * finalRing : 0;
    return { id: nodeId(node), width: content.width + ring, height: content.height + ring };
  }
  const padding = `[top=${content.height + containerInset},left=${containerInset},bottom=${containerInset},right=${containerInset}]`;
  return {
    id: nodeId(node),
    children: nodesIn(node),
    layoutOptions: {
      ...options,
      ...inContainer,
      'elk.padding': padding,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${content.width},${content.height})`,
    },
  };
}

/** Branches leave on the side opposite to the incoming line, so that readers can tell them apart. */
function barOf({ targets }: SceneEdge, index: number): ElkNode {
  const id = barId(index);
  const port = (of: string, side: string) => ({ id: of, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
  return {
    id,
    width: Math.max(bar.narrowest, bar.branch * targets.length),
    height: bar.height,
    ports: [port(`into ${id}`, 'NORTH'), ...targets.map((_, branch) => port(`from ${branchId(index, branch)}`, 'SOUTH'))],
    layoutOptions: { 'elk.portConstraints': 'FIXED_SIDE' },
  };
}

function linesOf(edge: SceneEdge, index: number): ElkExtendedEdge[] {
  if (!edge.fork) return [lineOf(edge, edgeId(index), edge.targets.map(nodeId))];
  const branches = edge.targets.map((target, branch) => {
    const id = branchId(index, branch);
    return { id, sources: [`from ${id}`], targets: [nodeId(target)] };
  });
  return [lineOf(edge, edgeId(index), [`into ${barId(index)}`]), ...branches];
}

function lineOf({ source, pill }: SceneEdge, id: string, targets: string[]): ElkExtendedEdge {
  return {
    id,
    sources: [nodeId(source)],
    targets,
    labels: [
      {
        id: `label of ${id}`,
        text: id,
        width: pill.width,
        height: pill.height,
        layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' },
      },
    ],
  };
}

function nodesBelow(node: ElkNode): ElkNode[] {
  return (node.children ?? []).flatMap((child) => [child, ...nodesBelow(child)]);
}

function rectangle(shape: Partial<Rectangle> | undefined): Rectangle {
  const { x = 0, y = 0, width = 0, height = 0 } = shape ?? {};
  return { x, y, width, height };
}

function pointsOf(edge: ElkExtendedEdge | undefined): Point[] {
  return straightened(
    (edge?.sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) => [startPoint, ...(bendPoints ?? []), endPoint]),
  );
}

/** ELK's lines can be up to three pixels askew across the borders of containers. Aligns each point with the next one. */
function straightened(points: readonly Point[]): Point[] {
  const straight: Point[] = [];
  for (const { x, y } of [...points].reverse()) {
    const next = straight[0];
    const dx = next ? Math.abs(next.x - x) : 0;
    const dy = next ? Math.abs(next.y - y) : 0;
    if (!next || Math.min(dx, dy) > slantAllowed) straight.unshift({ x, y });
    else straight.unshift(dx < dy ? { x: next.x, y } : { x, y: next.y });
  }
  return straight.filter((point, index) => {
    const before = straight[index - 1];
    const after = straight[index + 1];
    // A point between two collinear segments is redundant.
    return !before || !after || !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
  });
}
