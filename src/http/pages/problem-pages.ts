/**
 * The explanation of each problem, at the address that its `type` names, and the list of all problems. The pages load nothing from
 * elsewhere.
 */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { type DocumentContext, problemDocument } from '../openapi/operation.ts';
import { command, document, type Markup, pagePolicy as policy } from './page-document.ts';
import { type OperationLink, operationsByProblem } from './problem-operations.ts';
import { pageContent, StaticDocuments } from './static-document.ts';

export interface ProblemPageDeps extends DocumentContext {
  readonly serviceName: string;
  /** The OpenAPI document, which lists the operations that can answer with the problem. */
  readonly openApi: () => unknown;
}

/** The most operations that a page lists at once. A longer list means that nearly every request can fail this way, so the page folds it. */
const mostShown = 16;

export function problemPageRoutes(deps: ProblemPageDeps): Hono {
  const app = new Hono();
  let operations: ReadonlyMap<string, readonly OperationLink[]> | null = null;
  const operationsOf = (code: string): readonly OperationLink[] => {
    operations ??= operationsByProblem(deps.openApi(), deps.addressOf);
    return operations.get(code) ?? [];
  };
  const pages = new StaticDocuments((code) =>
    pageContent(deps.problems.has(code) ? page(code, operationsOf(code), deps) : index(deps), policy),
  );
  app.get('/problems', (c) => pages.answer(c));
  app.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    return deps.problems.has(code) ? pages.answer(c, code) : c.notFound();
  });
  return app;
}

function index({ serviceName, addressOf, problems }: ProblemPageDeps): Markup {
  const rows = problems.codes
    .map((code) => ({ code, ...problems.kind(code) }))
    .sort((a, b) => a.status - b.status)
    .map(
      ({ code, status, title }) =>
        html`<tr><td>${status}</td><td><a href="${addressOf(`/problems/${code}`)}"><code>${code}</code></a></td><td>${title}</td></tr>`,
    );
  return document(
    `Problems · ${serviceName}`,
    html`
<p><a href="${addressOf('/')}">${serviceName}</a></p>
<h1>Problems</h1>
<p>The service answers a failed request with a problem document, <code>application/problem+json</code>. Its <code>code</code> is one of those below. The meaning of a code never changes. <a href="${addressOf('/docs')}">The reference</a>  lists, for each request, the codes that its answer can have.</p>
<table><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`,
    addressOf,
  );
}

function page(code: string, operations: readonly OperationLink[], deps: ProblemPageDeps): Markup {
  const { serviceName, addressOf, problems } = deps;
  const { status, title, explanation, remedy } = problems.kind(code);
  return document(
    `${title} · ${serviceName}`,
    html`
<p><a href="${addressOf('/problems')}">All problems</a></p>
<h1>${title}</h1>
<p><code>${code}</code>, status ${status}</p>
<h2>What happened</h2>
<p>${marked(explanation)}</p>
<h2>What to do</h2>
<p>${marked(remedy)}</p>
<h2>Example</h2>
${command(JSON.stringify(problemDocument(code, deps), null, 2))}
<p>Decide by <code>code</code> in programs. <code>detail</code> is for people and may change.</p>
${operations.length === 0 ? '' : html`<h2>Requests with this answer</h2>${listed(operations)}`}`,
    addressOf,
  );
}

function listed(operations: readonly OperationLink[]): Markup {
  const list = html`<ul>${operations.map(
    ({ method, path, summary, tag, href }) => html`<li><a href="${href}"><code>${method} ${path}</code></a> ${tag}: ${summary}</li>`,
  )}</ul>`;
  return operations.length <= mostShown ? list : html`<details><summary>${operations.length} requests</summary>${list}</details>`;
}

/** Shows text between backticks as code. */
function marked(text: string): Markup[] {
  return text.split('`').map((part, position) => (position % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
