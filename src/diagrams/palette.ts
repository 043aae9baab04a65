/**
 * The colours, light and dark. Every picture contains them twice: as attributes, for tools without CSS variables, and
 * as variables, so that the picture follows the reader's colour scheme.
 */
import type { TransitionKind } from './model.ts';
import type { RunStyle } from './transition-label.ts';

interface PillColours {
  readonly fill: string;
  readonly line: string;
  readonly ink: string;
}

interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly mute: string;
  readonly wire: string;
  readonly box: string;
  readonly boxLine: string;
  readonly frame: string;
  readonly frameLine: string;
  /** Marks what applies now: active states and accepted transitions. */
  readonly live: string;
  readonly liveBox: string;
  readonly pills: Readonly<Record<TransitionKind, PillColours>>;
}

export const light: Palette = {
  ground: '#ffffff',
  ink: '#1d2433',
  mute: '#596376',
  wire: '#8691a5',
  box: '#ffffff',
  boxLine: '#b4bdcc',
  frame: '#f6f8fb',
  frameLine: '#c3cad6',
  live: '#2457d6',
  liveBox: '#e8efff',
  pills: {
    event: { fill: '#e9eff7', line: '#cfdaea', ink: '#23405f' },
    timeout: { fill: '#fff4dd', line: '#f0d8a4', ink: '#8a5200' },
    done: { fill: '#e6f5ec', line: '#bfe3cd', ink: '#146c43' },
    failed: { fill: '#fdecea', line: '#f4c7c3', ink: '#b3261e' },
    refusal: { fill: '#f5effb', line: '#e0d0ef', ink: '#6c3a96' },
    always: { fill: '#eef0f3', line: '#d9dde4', ink: '#3d4657' },
  },
};

const dark: Palette = {
  ground: '#12161d',
  ink: '#e6eaf2',
  mute: '#9ca7ba',
  wire: '#6f7b90',
  box: '#1c222c',
  boxLine: '#485366',
  frame: '#171c25',
  frameLine: '#384355',
  live: '#86a8ff',
  liveBox: '#1d2a4d',
  pills: {
    event: { fill: '#223146', line: '#34486a', ink: '#b9d0f2' },
    timeout: { fill: '#33290f', line: '#5c4a1c', ink: '#ffc766' },
    done: { fill: '#12301f', line: '#24563a', ink: '#74d6a0' },
    failed: { fill: '#3a1917', line: '#6a2d29', ink: '#ff9a92' },
    refusal: { fill: '#2c2039', line: '#4e3a66', ink: '#cfa8f5' },
    always: { fill: '#262b34', line: '#3b4350', ink: '#c3cbd9' },
  },
};

export const runColours: Readonly<Record<RunStyle, 'ink' | 'mute'>> = { head: 'ink', guard: 'mute', action: 'mute', reason: 'ink' };

/** CSS variables such as `--sd-refusal-ink`, in a stable order. */
function variablesOf({ pills, ...plain }: Palette): string {
  const of = Object.entries(plain).map(([name, colour]) => `--sd-${name}:${colour}`);
  const ofPills = Object.entries(pills).flatMap(([kind, colours]) =>
    Object.entries(colours).map(([part, colour]) => `--sd-${kind}-${part}:${colour}`),
  );
  return [...of, ...ofPills].join(';');
}

const kinds = Object.keys(light.pills);

/**
 * A page overrides the reader's colour scheme with the class `theme-light` or `theme-dark` on an ancestor. The class `active` marks
 * states; `enabled` and `covered` mark transitions.
 */
export const stylesheet: string = [
  `.sd{${variablesOf(light)};font-family:Helvetica,Arial,"Liberation Sans",sans-serif}`,
  `@media (prefers-color-scheme:dark){.sd{${variablesOf(dark)}}}`,
  `.theme-light .sd{${variablesOf(light)}}`,
  `.theme-dark .sd{${variablesOf(dark)}}`,
  '.sd-ground{fill:var(--sd-ground)}',
  '.sd-frame,.sd-head{fill:var(--sd-frame)}',
  '.sd-box{fill:var(--sd-box);stroke:var(--sd-boxLine)}',
  '.sd-ring,.sd-chip rect{fill:var(--sd-box);stroke:var(--sd-boxLine)}',
  '.sd-compound>.sd-box{fill:none;stroke:var(--sd-frameLine)}',
  '.sd-rule{stroke:var(--sd-frameLine)}',
  '.sd-title{fill:var(--sd-ink)}',
  '.sd-row,.sd-chip text{fill:var(--sd-mute)}',
  '.sd-icon{stroke:var(--sd-mute)}',
  '.sd-wire{stroke:var(--sd-wire)}',
  '.sd-arrow{fill:var(--sd-wire)}',
  '.sd-dot{fill:var(--sd-ink)}',
  '.sd-guard,.sd-action{fill:var(--sd-mute)}',
  ...kinds.map(
    (kind) =>
      `.sd-${kind} .sd-pill{fill:var(--sd-${kind}-fill);stroke:var(--sd-${kind}-line)}` +
      `.sd-${kind} .sd-heading,.sd-${kind} .sd-reason{fill:var(--sd-${kind}-ink)}` +
      `.sd-${kind} .sd-icon{stroke:var(--sd-${kind}-ink)}`,
  ),
  '.sd-badge:has(text:not(:empty)){display:inline}',
  '.sd-badge rect{fill:var(--sd-live)}',
  '.sd-badge text{fill:var(--sd-box)}',
  '.sd-state.active>.sd-box,.sd-state.active>.sd-ring,.sd-chip.active rect{stroke:var(--sd-live);stroke-width:2.4}',
  '.sd-state.active:not(.sd-compound)>.sd-box,.sd-chip.active rect{fill:var(--sd-liveBox)}',
  '.sd-state.active>.sd-title,.sd-chip.active text{fill:var(--sd-live)}',
  '.sd-edge.enabled .sd-wire{stroke:var(--sd-live);stroke-width:2}',
  '.sd-edge.enabled .sd-arrow{fill:var(--sd-live)}',
  '.sd-edge.enabled .sd-pill{stroke:var(--sd-live);stroke-width:1.6}',
  '.sd-heard.enabled .sd-heading{text-decoration:underline;text-decoration-thickness:2px}',
].join('\n');
