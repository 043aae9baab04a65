/**
 * The designers' page: the machine of each workflow as a picture to explore. The scripts are in `src/web/diagrams`; without scripts the
 * pictures can still be read.
 */
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { Workflow } from '../../../machines/workflow.ts';
import type { AddressOf } from '../addresses.ts';
import { readable } from '../openapi/session-paths.ts';
import { type Asset, assetRoutes, assetsIn } from '../pages/assets.ts';
import { type Markup, page, scriptedPagePolicy as policy } from '../pages/page-document.ts';
import { pageContent, StaticDocuments } from '../pages/static-document.ts';
import { Problem } from '../problems/problem.ts';
import type { CoverageFile } from './diagram-coverage.ts';
import type { DiagramFiles, Figure } from './diagram-files.ts';
import { diagramTools } from './diagram-tools.ts';

export interface DiagramPageDeps {
  readonly addressOf: AddressOf;
  readonly serviceName: string;
  readonly sandbox: boolean;
  readonly workflows: readonly Workflow[];
  readonly files: DiagramFiles;
  readonly coverage: CoverageFile;
  /** The figures that this deployment runs the machine with. */
  readonly figures: (workflow: Workflow) => readonly Figure[];
}

const webFolder = new URL('../../web/diagrams/', import.meta.url);

export function diagramPageRoutes(deps: DiagramPageDeps): Hono {
  const app = new Hono();
  const pages = { covered: pagesOf(true, deps), uncovered: pagesOf(false, deps) };
  app.get('/diagrams', async (c) => {
    const name = c.req.query('workflow');
    const workflow = name === undefined ? deps.workflows[0] : deps.workflows.find((candidate) => candidate.name === name);
    if (!workflow) throw new Problem('not-found', 'No workflow has this name');
    const covered = (await deps.coverage.of(workflow.name, workflow.version)) !== null;
    return pages[covered ? 'covered' : 'uncovered'].answer(c, workflow.name);
  });
  app.route('/', assetRoutes('/assets/diagrams/', assets(deps)));
  return app;
}

/** @param covered true if the model tests have recorded their coverage */
function pagesOf(covered: boolean, deps: DiagramPageDeps): StaticDocuments {
  return new StaticDocuments((name) => {
    const workflow = deps.workflows.find((candidate) => candidate.name === name);
    if (!workflow) throw new Error('A page of no workflow');
    return pageContent(diagramPage(workflow, covered, deps), policy);
  });
}

/** The scripts and the style sheet of the page, and one style sheet for all pictures. */
function assets({ workflows, files }: DiagramPageDeps): Map<string, Asset> {
  const styles = () =>
    workflows.flatMap(({ name }) =>
      (['svg', 'overview'] as const).map((form) => files.picture(name, form)?.style).filter((style) => style !== undefined),
    );
  return assetsIn(webFolder).set('pictures.css', { type: 'text/css; charset=utf-8', text: () => [...new Set(styles())].join('\n') });
}

function diagramPage(workflow: Workflow, covered: boolean, deps: DiagramPageDeps): Markup {
  const { serviceName, addressOf, workflows, files, sandbox } = deps;
  const title = readable(workflow.name);
  const [whole, overview] = [files.picture(workflow.name, 'svg'), files.picture(workflow.name, 'overview')];
  const settings = {
    model: files.links(workflow.name).json,
    deadlines: workflow.deadlines,
    name: workflow.name,
    version: workflow.version,
    events: Object.fromEntries(Object.entries(workflow.events).map(([type, { description }]) => [type, description])),
  };
  return page(
    {
      title: `${title} · ${serviceName}`,
      styles: ['/assets/site.css', '/assets/diagrams/pictures.css', '/assets/diagrams/page.css'],
      scripts: [
        { path: '/assets/diagrams/theme.js', loading: 'blocking' },
        { path: '/assets/diagrams/main.js', loading: 'module' },
      ],
    },
    html`<body class="diagrams">
<header>
<a class="skip" href="#panel">Skip to the details</a>
<nav aria-label="Workflows"><ul>
${workflows.map(
  ({ name }) =>
    html`<li><a href="${addressOf(`/diagrams?workflow=${name}`)}"${name === workflow.name ? raw(' aria-current="page"') : ''}>${readable(name)}</a></li>`,
)}
</ul></nav>
<div class="intro"><h1>${title}</h1><p>${workflow.description} <span class="quiet">Version ${workflow.version}</span>${sandbox ? html` <a href="${addressOf(`/?workflow=${workflow.name}`)}">Try it</a>` : ''}</p></div>
${notes(workflow, deps)}
${whole === null ? '' : diagramTools({ overview: overview !== null, counts: sandbox, coverage: covered })}
</header>
<main data-settings="${JSON.stringify(settings)}">
${whole === null ? missing(workflow) : html`<div id="stage" class="stage">${[overview, whole].map((picture) => (picture === null ? '' : raw(picture.markup)))}</div>`}
<aside id="panel" tabindex="-1" aria-label="Details"><noscript><p>JavaScript is needed to zoom, select states and follow a session.</p></noscript></aside>
</main>
</body>`,
    addressOf,
  );
}

function missing({ name }: Workflow): Markup {
  return html`<div class="stage missing"><p><code>${name}</code> has no picture yet. Run <code>npm run diagrams</code> and restart the service.</p></div>`;
}

/** The differences between the committed picture and the running machine. */
function notes(workflow: Workflow, { files, figures }: DiagramPageDeps): Markup | '' {
  const drawn = files.drawn(workflow.name);
  if (drawn === null) return '';
  if (drawn.version !== workflow.version)
    return html`<p class="note">The picture shows version ${drawn.version}, but version ${workflow.version} runs here. Run <code>npm run diagrams</code>.</p>`;
  const others = figures(workflow).filter(({ name, ms }) => drawn.figures.some((figure) => figure.name === name && figure.ms !== ms));
  if (others.length === 0) return '';
  return html`<p class="note">This deployment has its own figures: ${others.map(({ name, ms }, index) => html`${index > 0 ? ', ' : ''}<code>${name}</code> is ${inWords(ms)} here`)}. The picture shows the defaults.</p>`;
}

function inWords(ms: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const [size, unit] = units.find(([each]) => ms >= each && ms % each === 0) ?? [1, 'ms'];
  return `${ms / size} ${unit}`;
}
