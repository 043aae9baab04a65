/** The plain pages for people: what each problem means, and what this is where nobody is to play. They load nothing from elsewhere. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { html } from 'hono/html';
import { problemDocument } from './openapi-operation.ts';
import { command, document, type Markup, pagePolicy as policy } from './page-document.ts';
import { isProblemCode, type ProblemCode, problemKinds } from './problem.ts';
import { stylesheet } from './stylesheet.ts';

export interface PageOptions {
  readonly serviceName: string;
  readonly sandbox: boolean;
  readonly publicUrl: string;
}

export function pageRoutes(options: PageOptions): Hono {
  const app = new Hono();
  app.use('/assets/site.css', etag());
  app.get('/assets/site.css', (c) =>
    c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' }),
  );
  if (!options.sandbox) app.get('/', (c) => c.html(plainPage(options.serviceName), 200, { 'content-security-policy': policy }));
  app.get('/problems', (c) => c.html(problemIndex(options), 200, { 'content-security-policy': policy }));
  app.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    return isProblemCode(code) ? c.html(problemPage(code, options), 200, { 'content-security-policy': policy }) : c.notFound();
  });
  return app;
}

/** Outside the sandbox it names the service and gives nothing away. */
function plainPage(serviceName: string): Markup {
  return document(serviceName, html`<h1>${serviceName}</h1><p>This is a service for programs. There is nothing to see here.</p>`);
}

function problemIndex({ serviceName }: PageOptions): Markup {
  const rows = Object.entries(problemKinds).map(
    ([code, { status, title }]) =>
      html`<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${title}</td></tr>`,
  );
  return document(
    `Problems · ${serviceName}`,
    html`
<h1>What can go wrong</h1>
<p>A request that fails answers a problem document, <code>application/problem+json</code>. Its <code>code</code> is one of these, and stays what it is.</p>
<table><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

/** The page that the `type` of a problem document leads to. */
function problemPage(code: ProblemCode, { serviceName, publicUrl }: Pick<PageOptions, 'serviceName' | 'publicUrl'>): Markup {
  const { status, title, explanation } = problemKinds[code];
  return document(
    `${title} · ${serviceName}`,
    html`
<p><a href="/problems">All problems</a></p>
<h1>${title}</h1>
<p><code>${code}</code>, status ${status}</p>
<p class="lead">${marked(explanation)}</p>
<h2>Example</h2>
${command(JSON.stringify(problemDocument(code, publicUrl), null, 2))}
<p>Programs should decide by <code>code</code>. <code>detail</code> is for people, and may change.</p>`,
  );
}

/** Text between backticks is code. */
function marked(text: string): Markup[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
