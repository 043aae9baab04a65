/** Draws a picture. Pages find states and transitions by their data attributes; `palette.ts` defines the classes. */
import { type BoxContent, boxInset, type Chip, type PlacedPill, type Row, rowFont, titleFont, titleHeight } from './box-content.ts';
import {
  type Drawing,
  type DrawnBox,
  type DrawnEdge,
  type DrawnInitial,
  finalRing,
  noOverlay,
  type Overlay,
  type Point,
  type Rectangle,
} from './drawing.ts';
import { type IconName, icons } from './icons.ts';
import { exceptionOf, type MachineModel, type StateModel, type TransitionKind, type TransitionModel, targetsOf } from './model.ts';
import { light, runColours, stylesheet } from './palette.ts';
import { type Attributes, at, element, escaped, rounded } from './svg-elements.ts';
import { conditionOf, type Head, headlineOf, iconAdvance, type Pill, type PillLine, pillInset, runFonts } from './transition-label.ts';

const cornerRadius = 8;
const bendRadius = 7;
const arrowLength = 8;
/** Wide enough for `9,999`. */
const badge = { width: 38, height: 18 };

export function drawSvg(drawing: Drawing, overlay: Overlay | null = null): string {
  const { prefix, model, boxes, edges, initials } = drawing;
  const { width, height, style, onLines, elements } = overlay ?? { ...drawing, ...noOverlay };
  const compounds = boxes.filter(({ shape }) => shape === 'compound');
  const picture = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'sd',
      id: prefix,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      'font-family': 'Helvetica, Arial, Liberation Sans, sans-serif',
      role: 'img',
      'aria-label': model.description,
      'data-machine': model.name,
      'data-version': model.version,
    },
    `<style>\n${stylesheet}${style}\n</style>`,
    element('rect', { class: 'sd-ground', width, height, fill: light.ground }),
    // Lines are drawn above the background of compound states and below their headers.
    ...compounds.map(({ frame }) => element('rect', { class: 'sd-frame', ...frame, rx: cornerRadius, fill: light.frame })),
    ...initials.map(drawInitial),
    ...edges.map((edge) => drawEdge(drawing, edge, onLines(edge))),
    ...boxes.map((box) => drawBox(drawing, box)),
    ...elements,
  );
  return `${picture}\n`;
}

function drawInitial({ centre, radius, points }: DrawnInitial): string {
  const dot = element('circle', { class: 'sd-dot', cx: centre.x, cy: centre.y, r: radius, fill: light.ink });
  return element('g', { class: 'sd-initial' }, ...wire(points, false), dot);
}

function drawEdge({ prefix, model }: Drawing, { transitions, points, branching, label, pill }: DrawnEdge, onLines: string): string {
  return element(
    'g',
    { ...transitionAttributes(prefix, transitions), class: `sd-transition sd-edge sd-${pill.kind}` },
    tooltip(transitions, model),
    ...wire(points, pill.kind === 'timeout', branching === null),
    ...(branching?.branches ?? []).flatMap((branch) => wire(branch, pill.kind === 'timeout')),
    // The bar has the class of the arrows, so that pages highlight both together.
    branching ? element('rect', { class: 'sd-arrow sd-fork', ...branching.bar, rx: 2, fill: light.wire }) : '',
    onLines,
    ...pillElements(pill, label, (head) => headElements(head, pill.kind, label)),
  );
}

function wire(points: readonly Point[], dashed: boolean, pointed = true): string[] {
  const [from, to] = points.slice(-2);
  if (!from || !to) return [];
  const upright = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
  const dx = upright ? 0 : Math.sign(to.x - from.x);
  const dy = upright ? Math.sign(to.y - from.y) : 0;
  const end = !pointed ? to : { x: to.x - dx * (arrowLength - 2), y: to.y - dy * (arrowLength - 2) };
  const wing = (side: number): Point => ({ x: to.x - dx * arrowLength + side * dy * 4, y: to.y - dy * arrowLength + side * dx * 4 });
  const corners = [to, wing(1), wing(-1)].map(({ x, y }) => `${rounded(x)},${rounded(y)}`);
  const stroke = { stroke: light.wire, 'stroke-width': 1.4, 'stroke-dasharray': dashed ? '5 4' : null };
  return [
    element('path', { class: 'sd-wire', d: pathThrough([...points.slice(0, -1), end]), fill: 'none', ...stroke }),
    ...(pointed ? [element('polygon', { class: 'sd-arrow', points: corners.join(' '), fill: light.wire })] : []),
  ];
}

/** A path of straight lines with rounded bends. */
export function pathThrough(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (!before) return `M${at(point)}`;
    if (!after) return `L${at(point)}`;
    const radius = Math.min(bendRadius, distance(before, point) / 2, distance(point, after) / 2);
    return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
  });
  return parts.join('');
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  return { x: from.x + Math.sign(to.x - from.x) * length, y: from.y + Math.sign(to.y - from.y) * length };
}

function drawBox({ prefix, model }: Drawing, box: DrawnBox): string {
  const { node, state, shape, frame, content } = box;
  const isAny = shape === 'any';
  return element(
    'g',
    {
      id: isAny ? `${prefix}.any` : `${prefix}.state.${state.path}`,
      class: `sd-state sd-${shape}`,
      'data-state': isAny ? null : node,
      'data-screen': state.screen,
    },
    stateTooltip(state, isAny),
    ...outline(box),
    ...title(content, frame, shape === 'final'),
    ...content.rows.map((row) => drawRow(row, frame)),
    ...content.chips.map((chip) => drawChip(chip, frame)),
    ...content.pills.map((placed) => drawInside(prefix, model, placed, frame)),
    isAny ? '' : countBadge(node, frame),
  );
}

/** The tooltip adds the description and the screen to the title. */
function stateTooltip({ description, screen }: StateModel, isAny: boolean): string {
  const lines = isAny
    ? ['Applies in every state that is not final and does not handle the event itself']
    : [description, screen === null ? null : `Screen: ${screen}`];
  const text = lines.filter((line) => line !== null).join('\n');
  return text === '' ? '' : element('title', {}, escaped(text));
}

function outline({ shape, frame, content, state }: DrawnBox): string[] {
  const { x, y, width, height } = frame;
  const dash = shape === 'any' || state.type === 'history' ? '4 3' : null;
  const stroke = { stroke: light.boxLine, 'stroke-width': 1.25, 'stroke-dasharray': dash };
  if (shape === 'compound') {
    const inner = 0.6;
    const head = `M${at({ x: x + inner, y: y + content.height })}V${rounded(y + cornerRadius)}Q${at({ x: x + inner, y: y + inner })} ${at({ x: x + cornerRadius, y: y + inner })}H${rounded(x + width - cornerRadius)}Q${at({ x: x + width - inner, y: y + inner })} ${at({ x: x + width - inner, y: y + cornerRadius })}V${rounded(y + content.height)}Z`;
    return [
      element('path', { class: 'sd-head', d: head, fill: light.frame }),
      rule(frame, content.height),
      element('rect', { class: 'sd-box', ...frame, rx: cornerRadius, fill: 'none', ...stroke, stroke: light.frameLine }),
    ];
  }
  if (shape === 'final') {
    const inner = { x: x + finalRing, y: y + finalRing, width: width - 2 * finalRing, height: height - 2 * finalRing };
    return [
      element('rect', { class: 'sd-ring', ...frame, rx: cornerRadius + finalRing - 1, fill: light.box, ...stroke }),
      element('rect', { class: 'sd-box', ...inner, rx: cornerRadius, fill: light.box, ...stroke }),
    ];
  }
  const radius = shape === 'any' && content.titleOnly ? height / 2 : cornerRadius;
  const box = element('rect', { class: 'sd-box', ...frame, rx: radius, fill: light.box, ...stroke });
  return content.titleOnly ? [box] : [box, rule(frame, titleHeight)];
}

function rule({ x, y, width }: Rectangle, below: number): string {
  return element('path', {
    class: 'sd-rule',
    d: `M${at({ x, y: y + below })}h${rounded(width)}`,
    stroke: light.frameLine,
    'stroke-width': 1,
  });
}

function title({ title: text, titleOnly }: BoxContent, { x, y, width }: Rectangle, isFinal: boolean): string[] {
  const place = titleOnly ? { x: x + width / 2, 'text-anchor': 'middle' } : { x: x + 12 + (isFinal ? finalRing : 0), 'text-anchor': null };
  const font = { 'font-size': titleFont.size, 'font-weight': titleFont.weight };
  return [
    element('text', { class: 'sd-title', ...place, y: y + 19.5 + (isFinal ? finalRing : 0), ...font, fill: light.ink }, escaped(text)),
  ];
}

function drawRow({ icon, keyword, text, workflow, baseline }: Row, { x, y }: Rectangle): string {
  const words = `<tspan font-weight="bold">${keyword}</tspan> ${escaped(text)}`;
  const row = element(
    'g',
    { class: `sd-${icon}` },
    drawIcon(icon, { x: x + boxInset, y: y + baseline - 10 }, light.mute),
    element(
      'text',
      { class: 'sd-row', x: x + boxInset + iconAdvance, y: y + baseline, 'font-size': rowFont.size, fill: light.mute },
      words,
    ),
  );
  // An absolute path, because the picture is also viewed outside the page.
  return workflow === undefined ? row : element('a', { href: `/diagrams?workflow=${workflow}` }, row);
}

function drawChip({ state, x, y, width, height }: Chip, frame: Rectangle): string {
  const place = { x: frame.x + x, y: frame.y + y, width, height };
  return element(
    'g',
    { class: 'sd-chip', 'data-state': state.path },
    stateTooltip(state, false),
    element('rect', { ...place, rx: 6, fill: light.box, stroke: light.boxLine }),
    element(
      'text',
      { x: place.x + width / 2, y: place.y + 14, 'text-anchor': 'middle', 'font-size': rowFont.size, fill: light.mute },
      escaped(state.title),
    ),
  );
}

function drawInside(prefix: string, model: MachineModel, { pill, x, y, width, height }: PlacedPill, frame: Rectangle): string {
  const place = { x: frame.x + x, y: frame.y + y, width, height };
  const ofHead = (head: Head): string[] => [
    element(
      'g',
      { ...transitionAttributes(prefix, head.transitions), class: 'sd-transition sd-heard' },
      tooltip(head.transitions, model),
      ...headElements(head, pill.kind, place),
    ),
  ];
  return element('g', { class: `sd-inside sd-${pill.kind}` }, ...pillElements(pill, place, ofHead));
}

function pillElements({ kind, heads, lines }: Pill, place: Rectangle, ofHead: (head: Head) => string[]): string[] {
  const { fill, line: stroke } = light.pills[kind];
  const oneLine = lines.length === 0 && place.height < 2 * runFonts.head.size + 4;
  return [
    element('rect', { class: 'sd-pill', ...place, rx: oneLine ? place.height / 2 : cornerRadius, fill, stroke }),
    ...heads.flatMap(ofHead),
    ...lines.map((line) => drawLine(line, kind, place)),
  ];
}

function headElements({ text, icon, x, baseline }: Head, kind: TransitionKind, place: Point): string[] {
  const { ink } = light.pills[kind];
  const y = place.y + baseline;
  const font = { 'font-size': runFonts.head.size, 'font-weight': runFonts.head.weight };
  return [
    icon ? drawIcon(icon, { x: place.x + x, y: y - 10.3 }, ink) : '',
    element('text', { class: 'sd-heading', x: place.x + x + (icon ? iconAdvance : 0), y, ...font, fill: ink }, escaped(text)),
  ];
}

function drawLine({ runs, baseline }: PillLine, kind: TransitionKind, { x, y }: Point): string {
  const colourOf = { ink: light.pills[kind].ink, mute: light.mute };
  const words = runs.map(({ text, style }) => {
    const italic = style === 'guard' ? 'italic' : null;
    return element('tspan', { class: `sd-${style}`, 'font-style': italic, fill: colourOf[runColours[style]] }, escaped(text));
  });
  return element('text', { x: x + pillInset, y: y + baseline, 'font-size': runFonts.guard.size }, words.join(''));
}

function drawIcon(icon: IconName, { x, y }: Point, stroke: string): string {
  const pen = { stroke, 'stroke-width': 1.3, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  return element('path', { class: 'sd-icon', transform: `translate(${at({ x, y })})`, d: icons[icon], fill: 'none', ...pen });
}

/** Hidden until a page writes a count into it. */
function countBadge(path: string, { x, y, width }: Rectangle): string {
  const place = { x: x + width - badge.width + 6, y: y - badge.height / 2, width: badge.width, height: badge.height };
  const middle = { x: place.x + badge.width / 2, y: place.y + 13, 'text-anchor': 'middle' };
  return element(
    'g',
    { class: 'sd-badge', display: 'none' },
    element('rect', { ...place, rx: badge.height / 2, fill: light.live }),
    element('text', { 'data-count': path, ...middle, 'font-size': 11, 'font-weight': 'bold', fill: light.box }, ''),
  );
}

function transitionAttributes(prefix: string, transitions: readonly TransitionModel[]): Attributes {
  const [first] = transitions;
  const ids = transitions.map(({ id }) => id);
  return {
    id: `${prefix}.transition.${(ids[0] ?? '').replace(/[^\w.-]/g, '.')}`,
    'data-transition': ids.join(' '),
    'data-event': first?.event ?? null,
    'data-kind': first?.kind ?? null,
    'data-source': [...new Set(transitions.map(({ source }) => source))].join(' '),
    'data-target': (first && targetsOf(first).join(' ')) || null,
  };
}

function tooltip([first]: readonly TransitionModel[], model: MachineModel): string {
  if (!first) return '';
  const targets = targetsOf(first).map((target) => model.states.find(({ path }) => path === target)?.title ?? 'Any state');
  const exception = exceptionOf(model, first);
  const lines = [
    [headlineOf(first), conditionOf(first), targets.length === 0 ? '' : `→ ${targets.join(' + ')}`].filter((part) => part !== '').join(' '),
    ...(first.delay ? [`Timer: ${first.delay.name}`] : []),
    ...(first.refusal ? [`Refused: ${first.refusal.code}${first.refusal.until ? ` until ${first.refusal.until.name}` : ''}`] : []),
    ...(first.actions.length > 0 ? [`Does: ${first.actions.join(', ')}`] : []),
    ...(exception === '' ? [] : [exception.charAt(0).toUpperCase() + exception.slice(1)]),
  ];
  return element('title', {}, escaped(lines.join('\n')));
}
