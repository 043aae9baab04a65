/** The tools above a picture on the designers' page. Each has its name in words; the script makes them work. */
import { html } from 'hono/html';

type Markup = ReturnType<typeof html>;

export interface ToolOptions {
  /** Whether there is a folded picture beside the whole one. */
  readonly overview: boolean;
  /** Whether the sessions may be counted. */
  readonly counts: boolean;
  /** Whether the tests have left their coverage. */
  readonly coverage: boolean;
}

export function diagramTools({ overview, counts, coverage }: ToolOptions): Markup {
  return html`<div class="tools" hidden>
${
  overview
    ? choice('picture', 'Picture', [
        ['overview', 'Overview'],
        ['whole', 'Everything'],
      ])
    : ''
}
<fieldset class="choice"><legend>Zoom</legend>
<button type="button" data-zoom="out" aria-label="Zoom out" title="Zoom out (-)">−</button><button type="button" data-zoom="fit" aria-label="Show the whole picture" title="Show the whole picture (0)">Fit</button><button type="button" data-zoom="in" aria-label="Zoom in" title="Zoom in (+)">+</button>
</fieldset>
${
  counts || coverage
    ? html`<fieldset class="choice"><legend>Show</legend>
${counts ? html`<label><input type="checkbox" name="counts"><span>Sessions</span></label>` : ''}${coverage ? html`<label><input type="checkbox" name="coverage"><span>Tests</span></label>` : ''}
</fieldset>`
    : ''
}
${choice('theme', 'Colours', [
  ['auto', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
])}
</div>`;
}

/** @param options value and label of each; the first is chosen */
function choice(name: string, legend: string, options: readonly (readonly [value: string, label: string])[]): Markup {
  return html`<fieldset class="choice"><legend>${legend}</legend>${options.map(
    ([value, label], index) =>
      html`<label><input type="radio" name="${name}" value="${value}"${index === 0 ? ' checked' : ''}><span>${label}</span></label>`,
  )}</fieldset>`;
}
