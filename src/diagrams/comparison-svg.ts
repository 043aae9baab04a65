/**
 * Marks the differences in the picture of a comparison. Each kind has a colour, a pattern of lines and a sign, so that readers who see no
 * colours can tell them apart.
 */
import type { Drawing, DrawnBox, DrawnEdge, Rectangle } from './drawing.ts';
import { linesOf } from './drawing.ts';
import type { Change } from './model.ts';
import { drawSvg, pathThrough } from './svg.ts';
import { at, element, escaped } from './svg-elements.ts';
import { textWidth } from './text-width.ts';
import type { Pill } from './transition-label.ts';

type Kind = Change['kind'];

interface Mark {
  readonly light: string;
  readonly dark: string;
  /** The pattern of its lines; null for an unbroken line. */
  readonly dashes: string | null;
  readonly width: number;
  /** In a box of 12 by 12. */
  readonly sign: string;
  readonly word: string;
}

const marks: Readonly<Record<Kind, Mark>> = {
  added: { light: '#0b7a43', dark: '#5fd39a', dashes: null, width: 2.6, sign: 'M6 2.5V9.5M2.5 6H9.5', word: 'added' },
  removed: { light: '#c0271d', dark: '#ff8d84', dashes: '2 4', width: 2.2, sign: 'M2.5 6H9.5', word: 'removed' },
  changed: { light: '#2457d6', dark: '#86a8ff', dashes: '10 3', width: 2.2, sign: 'M2.5 4.3H9.5M2.5 7.7H9.5M8 2L4 10', word: 'changed' },
};

const kinds = Object.keys(marks) as Kind[];

const style = `\n${[
  ...kinds.map((kind) => `.sd{--sd-${kind}:${marks[kind].light}}`),
  `@media (prefers-color-scheme:dark){.sd{${kinds.map((kind) => `--sd-${kind}:${marks[kind].dark}`).join(';')}}}`,
  ...kinds.flatMap((kind) => [
    `.sd-${kind} .sd-outline{stroke:var(--sd-${kind})}`,
    `.sd-${kind} .sd-point,.sd-${kind} .sd-disc{fill:var(--sd-${kind})}`,
  ]),
  '.sd-veil{fill:var(--sd-ground)}',
  '.sd-sign{stroke:var(--sd-ground)}',
  '.sd-legend text{fill:var(--sd-ink)}',
].join('\n')}`;

const disc = 8;
const legendHeight = 62;
const legendFont = { size: 12, weight: 'regular' } as const;

/** @param heading such as `login-verification: version 4 → 5` */
export function drawComparison(drawing: Drawing, heading: string): string {
  const { boxes, edges, width, height } = drawing;
  const legend = legendOf(heading, height);
  return drawSvg(drawing, {
    width: Math.max(width, legend.width),
    height: height + legendHeight,
    style,
    onLines: lineMark,
    elements: [...edges.map(labelMark), ...boxes.map(boxMark), legend.drawn],
  });
}

function lineMark(edge: DrawnEdge): string {
  const change = edge.transitions[0]?.change;
  if (change === undefined) return '';
  const { kind } = change;
  const lines = linesOf(edge).map((points) => element('path', { ...pen(kind), d: pathThrough(points) }));
  const bar = edge.branching === null ? '' : element('rect', { class: 'sd-point', ...edge.branching.bar, rx: 2, fill: marks[kind].light });
  const heads = (edge.branching?.branches ?? [edge.points]).map((points) => arrowOf(points, kind));
  return mark(kind, [...lines, bar, ...heads]);
}

function labelMark({ transitions, pill, label }: DrawnEdge): string {
  const kind = transitions[0]?.change?.kind;
  return kind === undefined ? '' : mark(kind, [pillMark(pill, label, kind)]);
}

function boxMark({ state, frame, content, shape }: DrawnBox): string {
  const insides = content.pills.map(({ pill, x, y, width, height }) => {
    const change = pill.heads[0]?.transitions[0]?.change;
    const place = { x: frame.x + x, y: frame.y + y, width, height };
    return change === undefined ? '' : mark(change.kind, [pillMark(pill, place, change.kind)]);
  });
  const { change } = state;
  if (change === undefined) return insides.join('');
  const { kind } = change;
  const isVeiled = kind === 'removed' && shape !== 'compound';
  const struck = { x: frame.x + 8, y: frame.y + 15, to: frame.x + frame.width - 8 };
  return [
    mark(kind, [
      isVeiled ? veil(frame) : '',
      element('rect', { ...pen(kind), ...frame, rx: 8 }),
      kind === 'removed' ? strike(struck) : '',
      sign(kind, frame.x, frame.y),
    ]),
    ...insides,
  ].join('\n');
}

function pillMark({ heads }: Pill, place: Rectangle, kind: Kind): string {
  const rows = [...new Set(heads.map(({ baseline }) => baseline))];
  const struck = rows.map((baseline) => strike({ x: place.x + 8, y: place.y + baseline - 4, to: place.x + place.width - 8 }));
  return [
    kind === 'removed' ? veil(place) : '',
    element('rect', { ...pen(kind), ...place, rx: 8 }),
    ...(kind === 'removed' ? struck : []),
    sign(kind, place.x, place.y),
  ].join('');
}

function mark(kind: Kind, parts: readonly string[]): string {
  return element('g', { class: `sd-${kind}`, 'data-change': kind }, ...parts);
}

function pen(kind: Kind) {
  const { light, dashes, width } = marks[kind];
  return { class: 'sd-outline', fill: 'none', stroke: light, 'stroke-width': width, 'stroke-dasharray': dashes };
}

/** Fades a part that is gone. Its text stays readable. */
function veil(place: Rectangle): string {
  return element('rect', { class: 'sd-veil', ...place, rx: 8, fill: '#ffffff', 'fill-opacity': '0.35' });
}

function strike({ x, y, to }: { readonly x: number; readonly y: number; readonly to: number }): string {
  return element('path', { class: 'sd-outline', d: `M${at({ x, y })}H${to}`, stroke: marks.removed.light, 'stroke-width': 1.4 });
}

function arrowOf(points: DrawnEdge['points'], kind: Kind): string {
  const [from, to] = points.slice(-2);
  if (!from || !to) return '';
  const upright = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
  const dx = upright ? 0 : Math.sign(to.x - from.x);
  const dy = upright ? Math.sign(to.y - from.y) : 0;
  const wings = [to, ...[1, -1].map((side) => ({ x: to.x - dx * 10 + side * dy * 5, y: to.y - dy * 10 + side * dx * 5 }))];
  return element('path', { class: 'sd-point', d: `M${wings.map(at).join('L')}Z`, fill: marks[kind].light });
}

function sign(kind: Kind, x: number, y: number): string {
  const { light, sign: path } = marks[kind];
  return [
    element('circle', { class: 'sd-disc', cx: x, cy: y, r: disc, fill: light }),
    element('path', {
      class: 'sd-sign',
      transform: `translate(${at({ x: x - 6, y: y - 6 })})`,
      d: path,
      fill: 'none',
      stroke: '#ffffff',
      'stroke-width': 1.8,
      'stroke-linecap': 'round',
    }),
  ].join('');
}

function legendOf(heading: string, top: number): { readonly drawn: string; readonly width: number } {
  const inset = 28;
  const parts = [text(heading, inset, top + 10, 'bold')];
  let x = inset;
  for (const kind of kinds) {
    const y = top + 36;
    const { word } = marks[kind];
    parts.push(mark(kind, [element('path', { ...pen(kind), d: `M${at({ x: x + disc, y })}h40` }), sign(kind, x + disc, y)]));
    parts.push(text(word, x + 56, y + 4, null));
    x += 56 + textWidth(word, legendFont.size, legendFont.weight) + 28;
  }
  const width = Math.max(x, inset + textWidth(heading, legendFont.size, 'bold') + inset);
  return { drawn: element('g', { class: 'sd-legend' }, ...parts), width: Math.ceil(width) };
}

function text(words: string, x: number, y: number, weight: 'bold' | null): string {
  return element('text', { x, y, 'font-size': legendFont.size, 'font-weight': weight, fill: '#1d2433' }, escaped(words));
}
