/**
 * The content of a state's box, with measured positions: its title, entry and exit actions, tasks, and the transitions
 * that do not leave it. Lengths are in pixels, from the box's upper left corner.
 */
import type { IconName } from './icons.ts';
import type { StateModel, TransitionModel } from './model.ts';
import { textWidth } from './text-width.ts';
import { grouped, headlineOf, iconAdvance, type Pill, pillOf } from './transition-label.ts';

export interface Row {
  readonly icon: IconName;
  readonly keyword: string;
  readonly text: string;
  /** The workflow to whose picture the row links. */
  readonly workflow?: string;
  readonly baseline: number;
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPill extends Placed {
  readonly pill: Pill;
}

/** A nested state, shown in the box of its folded parent. */
export interface Chip extends Placed {
  readonly state: StateModel;
}

export interface BoxContent {
  readonly title: string;
  /** True for a box with only a title, which is then centred. */
  readonly titleOnly: boolean;
  readonly rows: readonly Row[];
  readonly chips: readonly Chip[];
  readonly pills: readonly PlacedPill[];
  readonly width: number;
  /** Of the content alone; the states inside a compound state lie below it. */
  readonly height: number;
}

export const titleFont = { size: 13, weight: 'bold' } as const;
export const rowFont = { size: 11, weight: 'regular' } as const;
export const titleHeight = 30;
export const boxInset = 10;
const narrowest = 92;
const rowHeight = 17;
const chipHeight = 20;
const chipInset = 8;
const chipGap = 5;
const widestChips = 380;
const pillGap = 6;

interface BoxInput {
  readonly title: string;
  readonly state: StateModel;
  /** The text of a history state; null for any other state. */
  readonly memory: string | null;
  /** The transitions shown inside the box. */
  readonly inside: readonly TransitionModel[];
  /** The nested states of a folded state; empty if they are drawn. */
  readonly folded: readonly StateModel[];
  readonly compound: boolean;
}

export function boxContent({ title, state, memory, inside, folded, compound }: BoxInput): BoxContent {
  const rows = rowsOf(state, memory);
  const rowsEnd = rows.length > 0 ? titleHeight + 6 + rows.length * rowHeight : titleHeight + 4;
  const chips = placeChips(folded, rowsEnd + 4);
  const chipsEnd = endOf(chips, rowsEnd);
  const pillsTop = chipsEnd + (chips.length > 0 ? 8 : 4);
  const pills = placePills(pillsOf(inside, folded.length === 0), pillsTop, compound);
  const empty = rows.length + chips.length + pills.length === 0;
  const rights = [titleWidth(title), ...rows.map(rowWidth), ...[...chips, ...pills].map(rightOf)];
  const width = Math.max(narrowest, ...rights.map((right) => Math.ceil(right + boxInset)));
  return {
    title,
    titleOnly: empty && !compound,
    rows,
    chips,
    pills: compound ? pills : widened(pills, width - 2 * boxInset),
    width,
    height: empty ? titleHeight : endOf(pills, chipsEnd) + (pills.length + chips.length > 0 ? boxInset : 5),
  };
}

function titleWidth(title: string): number {
  return 12 + textWidth(title, titleFont.size, titleFont.weight) + 2;
}

function rowWidth({ keyword, text }: Row): number {
  return boxInset + iconAdvance + textWidth(`${keyword} `, rowFont.size, 'bold') + textWidth(text, rowFont.size, rowFont.weight);
}

function rightOf({ x, width }: Placed): number {
  return x + width;
}

function endOf(placed: readonly Placed[], otherwise: number): number {
  return Math.max(otherwise, ...placed.map(({ y, height }) => y + height));
}

function rowsOf({ entry, tasks, exit, change }: StateModel, memory: string | null): Row[] {
  const rows: Omit<Row, 'baseline'>[] = [
    ...(memory === null ? [] : [{ icon: 'clock', keyword: 'history', text: memory } as const]),
    ...entry.map((text) => ({ icon: 'entry', keyword: 'entry', text }) as const),
    ...tasks.map(({ name, isSession }) =>
      isSession
        ? ({ icon: 'task', keyword: 'session', text: name, workflow: name } as const)
        : ({ icon: 'task', keyword: 'task', text: name } as const),
    ),
    ...exit.map((text) => ({ icon: 'exit', keyword: 'exit', text }) as const),
    ...(change?.was ?? []).map((text) => ({ icon: 'clock', keyword: 'was', text }) as const),
  ];
  return rows.map((row, index) => ({ ...row, baseline: titleHeight + 4 + index * rowHeight + 12.5 }));
}

function placeChips(states: readonly StateModel[], top: number): Chip[] {
  const chips: Chip[] = [];
  for (const state of states) {
    const width = Math.ceil(2 * chipInset + textWidth(state.title, rowFont.size, rowFont.weight));
    const before = chips.at(-1);
    const x = before ? rightOf(before) + chipGap : boxInset;
    const fits = !before || x + width <= boxInset + widestChips;
    const y = before ? before.y + (fits ? 0 : chipHeight + chipGap) : top;
    chips.push({ state, x: fits ? x : boxInset, y, width, height: chipHeight });
  }
  return chips;
}

/** Joins transitions that differ only in their event into one pill. In a folded state, joins all refusals with the same reason. */
function pillsOf(inside: readonly TransitionModel[], details: boolean): Pill[] {
  const groups = grouped(inside, (transition) => {
    const { kind, guard, otherwise, actions, refusal, change } = transition;
    return JSON.stringify(details ? [kind, guard, otherwise, actions, refusal, change] : [kind, refusal ?? headlineOf(transition)]);
  });
  const pills = [...groups.values()].map((group) => pillOf(group, details));
  return [...pills.filter(({ kind }) => kind !== 'refusal'), ...pills.filter(({ kind }) => kind === 'refusal')];
}

/** A grid, with more columns in wider boxes, so that many refusals can be seen at a glance. */
function placePills(pills: readonly Pill[], top: number, compound: boolean): PlacedPill[] {
  const columns = compound ? (pills.length <= 4 ? pills.length : 3) : pills.length > 3 ? 2 : 1;
  const columnOf = (index: number): number => index % columns;
  const rowOf = (index: number): number => Math.floor(index / columns);
  const most = (lengths: readonly number[]): number => Math.max(0, ...lengths);
  const widths = Array.from({ length: columns }, (_, column) =>
    most(pills.filter((__, index) => columnOf(index) === column).map(({ width }) => width)),
  );
  const heights = Array.from({ length: Math.ceil(pills.length / columns) }, (_, row) =>
    most(pills.filter((__, index) => rowOf(index) === row).map(({ height }) => height)),
  );
  const before = (lengths: readonly number[], count: number): number =>
    lengths.slice(0, count).reduce((sum, length) => sum + length + pillGap, 0);
  return pills.map((pill, index) => ({
    pill,
    x: boxInset + before(widths, columnOf(index)),
    y: top + before(heights, rowOf(index)),
    width: widths[columnOf(index)] ?? pill.width,
    height: heights[rowOf(index)] ?? pill.height,
  }));
}

/** Widens the columns of the grid to the width of its box. */
function widened(pills: readonly PlacedPill[], room: number): PlacedPill[] {
  const columns = [...new Set(pills.map(({ x }) => x))];
  const slack = (room + boxInset - Math.max(boxInset, ...pills.map(rightOf))) / columns.length;
  return pills.map((placed) => ({ ...placed, x: placed.x + columns.indexOf(placed.x) * slack, width: placed.width + slack }));
}
