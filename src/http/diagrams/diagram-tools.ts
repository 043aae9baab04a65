/** The tools above a picture on the designers' page. The script makes them work. */
import { html } from 'hono/html';

type Markup = ReturnType<typeof html>;

export interface ToolOptions {
  /** True if a folded picture exists beside the whole one. */
  readonly overview: boolean;
  /** True if the page may count sessions. */
  readonly counts: boolean;
  /** True if the tests have recorded their coverage. */
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

/** @param options pairs of value and label; the first is selected */
function choice(name: string, legend: string, options: readonly (readonly [value: string, label: string])[]): Markup {
  return html`<fieldset class="choice"><legend>${legend}</legend>${options.map(
    ([value, label], index) =>
      html`<label><input type="radio" name="${name}" value="${value}"${index === 0 ? ' checked' : ''}><span>${label}</span></label>`,
  )}</fieldset>`;
}
