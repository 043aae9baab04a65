/**
 * The label of a transition: its text in measured lines, in a pill on the transition's line, or inside the state that it does not leave.
 * Lengths are in pixels, from the pill's upper left corner.
 */
import type { IconName } from './icons.ts';
import { isIgnored, type TransitionKind, type TransitionModel } from './model.ts';
import { textWidth } from './text-width.ts';

export type RunStyle = 'head' | 'guard' | 'action' | 'reason';

export interface Run {
  readonly text: string;
  readonly style: RunStyle;
}

/** The trigger. Transitions that differ only in their triggers share a pill. */
export interface Head {
  readonly text: string;
  readonly icon: IconName | null;
  readonly transitions: readonly TransitionModel[];
  readonly x: number;
  readonly baseline: number;
}

export interface PillLine {
  readonly runs: readonly Run[];
  readonly baseline: number;
}

export interface Pill {
  readonly kind: TransitionKind;
  readonly heads: readonly Head[];
  readonly lines: readonly PillLine[];
  readonly width: number;
  readonly height: number;
}

export const runFonts = {
  head: { size: 12, weight: 'bold' },
  guard: { size: 11, weight: 'regular' },
  action: { size: 11, weight: 'regular' },
  reason: { size: 11, weight: 'regular' },
} as const satisfies Record<RunStyle, { size: number; weight: 'regular' | 'bold' }>;

export const pillInset = 9;
/** From the left edge of an icon to the left edge of the text after it. */
export const iconAdvance = 16;
/** Longer lines wrap at a space. */
const widestLine = 190;
const headLine = 16;
const plainLine = 14;
const verticalInset = 4;
const headGap = 12;

const iconOfKind: Readonly<Record<TransitionKind, IconName | null>> = {
  event: null,
  timeout: 'clock',
  done: 'check',
  failed: 'triangle',
  refusal: 'refuse',
  always: 'bolt',
};

/** The trigger in words: `SUBMIT_CODE`, `after 40 min`, `deliverCode failed`. */
export function headlineOf({ type, delay, task, kind }: TransitionModel): string {
  if (delay) return `after ${delay.text}`;
  if (task) return `${task} ${type.startsWith('xstate.done.') ? 'done' : 'failed'}`;
  if (type.startsWith('xstate.done.state.')) return 'done';
  if (type === '*') return 'any event';
  return type === '' ? kind : type;
}

/** The condition after the trigger; empty if there is none. */
export function conditionOf({ guard, otherwise }: TransitionModel): string {
  if (guard !== null) return `if ${guard}`;
  return otherwise ? 'else' : '';
}

/**
 * @param transitions not empty. They differ only in their triggers, unless details are omitted
 * @param details true to include conditions and actions
 */
export function pillOf(transitions: readonly TransitionModel[], details: boolean): Pill {
  const [first] = transitions;
  if (!first) throw new Error('A pill needs at least one transition');
  const heads = placeHeads(transitions);
  const headLines = heads.length === 0 ? 0 : Math.max(...heads.map(({ row }) => row)) + 1;
  const lines = [...(details ? detailLines(first) : []), ...reasonLines(first), ...formerLines(first)];
  const below = verticalInset + headLines * headLine;
  return {
    kind: first.kind,
    heads: heads.map(({ row, width: _, ...head }) => ({ ...head, baseline: verticalInset + row * headLine + 12 })),
    lines: lines.map((runs, index) => ({ runs, baseline: below + index * plainLine + 10.5 })),
    width: Math.ceil(2 * pillInset + Math.max(...heads.map(({ x, width }) => x - pillInset + width), ...lines.map(lineWidth))),
    height: below + lines.length * plainLine + verticalInset + (lines.length > 0 ? 1 : 0),
  };
}

/** Side by side, in rows of bounded width. */
function placeHeads(transitions: readonly TransitionModel[]) {
  const placed: (Omit<Head, 'baseline'> & { readonly row: number; readonly width: number })[] = [];
  for (const [text, same] of grouped(transitions, headlineOf)) {
    const icon = iconOf(same);
    const width = (icon ? iconAdvance : 0) + runWidth({ text, style: 'head' });
    const before = placed.at(-1);
    const x = before ? before.x + before.width + headGap : pillInset;
    const fits = !before || x + width <= pillInset + widestLine;
    placed.push({ text, icon, transitions: same, width, x: fits ? x : pillInset, row: (before?.row ?? 0) + (fits ? 0 : 1) });
  }
  return placed;
}

function iconOf([first]: readonly TransitionModel[]): IconName | null {
  if (!first) return null;
  return iconOfKind[first.kind] ?? (first.target === null ? 'stay' : null);
}

function detailLines(transition: TransitionModel): Run[][] {
  const { actions } = transition;
  const text = isIgnored(transition) ? 'ignored' : actions.length > 0 ? `/ ${actions.join(', ')}` : '';
  return [...broken({ text: conditionOf(transition), style: 'guard' }), ...broken({ text, style: 'action' })];
}

function reasonLines({ refusal }: TransitionModel): Run[][] {
  if (!refusal) return [];
  const reason: Run = { text: refusal.code, style: 'reason' };
  return [refusal.until ? [reason, { text: ` until ${refusal.until.text}`, style: 'action' }] : [reason]];
}

/** The former properties, in the picture of a comparison. */
function formerLines({ change }: TransitionModel): Run[][] {
  return (change?.was ?? []).flatMap((text) => broken({ text: `was ${text}`, style: 'action' }));
}

function broken({ text, style }: Run): Run[][] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && runWidth({ text: longer, style }) <= widestLine) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return text === '' ? [] : lines.map((line) => [{ text: line, style }]);
}

function runWidth({ text, style }: Run): number {
  return textWidth(text, runFonts[style].size, runFonts[style].weight);
}

function lineWidth(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + runWidth(run), 0);
}

/** Groups in the order of their first items. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
