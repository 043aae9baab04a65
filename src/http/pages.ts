/** The pages for people: what this service is and how to try it, and what each problem means. They load nothing from elsewhere. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { html } from 'hono/html';
import type { Workflow } from '../../machines/workflow.ts';
import { exampleOf } from './openapi-example.ts';
import { problemDocument } from './openapi-operation.ts';
import { readable } from './openapi-session-paths.ts';
import { document, type Markup, pagePolicy as policy } from './page-document.ts';
import { isProblemCode, type ProblemCode, problemKinds } from './problem.ts';
import { publicEventName } from './representation.ts';
import { stylesheet } from './stylesheet.ts';

export interface PageOptions {
  readonly serviceName: string;
  readonly sandbox: boolean;
  readonly publicUrl: string;
  readonly workflows: readonly Workflow[];
}

export function pageRoutes(options: PageOptions): Hono {
  const app = new Hono();
  app.use('/assets/site.css', etag());
  app.get('/assets/site.css', (c) =>
    c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' }),
  );
  app.get('/', (c) => c.html(landingPage(options), 200, { 'content-security-policy': policy }));
  app.get('/problems', (c) => c.html(problemIndex(options), 200, { 'content-security-policy': policy }));
  app.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    return isProblemCode(code) ? c.html(problemPage(code, options), 200, { 'content-security-policy': policy }) : c.notFound();
  });
  return app;
}

/** Where a newcomer lands. Outside the sandbox it names the service and gives nothing away. */
function landingPage({ serviceName, sandbox, publicUrl, workflows }: PageOptions): Markup {
  if (!sandbox)
    return document(serviceName, html`<h1>${serviceName}</h1><p>This is a service for programs. There is nothing to see here.</p>`);
  return document(
    serviceName,
    html`
<h1>${serviceName}</h1>
<p class="lead">Verifications as sessions: start one, and send it events until it is done. Each is a state machine, kept in a database, that survives whatever happens to the process.</p>
<p class="note">The sandbox is on. Messages go to an inbox that anyone who reaches this address can read, and the clock is yours to move.</p>
${workflows.slice(0, 1).map((workflow) => walk(workflow, publicUrl))}
<h2>What it can verify</h2>
<dl>
${workflows.map(
  ({ name, collection, description, events }) => html`
<dt>${readable(name)}</dt>
<dd>${description} <code>POST /v1/${collection}</code>, then ${Object.keys(events)
    .filter((type) => events[type]?.sender === 'holder')
    .map((type, index) => html`${index > 0 ? ', ' : ''}<code>${publicEventName(type)}</code>`)}.</dd>`,
)}
</dl>
<h2>Where to go from here</h2>
<ul>
<li><a href="/diagrams">The diagrams</a>: each workflow as a picture to walk around in</li>
<li><a href="/docs">The API reference</a>, where every call can be tried</li>
<li><a href="/sandbox/templates">The messages</a>, on every channel and in every language</li>
<li><a href="/openapi.json">The OpenAPI document</a></li>
<li><a href="/v1/workflows">The workflows, their states and events</a></li>
<li><a href="/problems">What can go wrong, and what to do then</a></li>
</ul>`,
  );
}

/** Three calls that take a person from nothing to a verified address. */
function walk({ collection, start }: Workflow, publicUrl: string): Markup {
  const body = exampleOf(start.body, 'required');
  const to = typeof body === 'object' && body !== null ? String(Object.values(body)[0]) : '';
  const json = `-H 'content-type: application/json'`;
  return html`
<h2>Try it</h2>
<ol class="steps">
<li><p>Start a verification. Keep <code>id</code> and <code>sessionToken</code> of the answer.</p>
${command(`curl -s ${publicUrl}/v1/${collection} ${json} -d '${JSON.stringify(body)}'`)}</li>
<li><p>Read the message that it sent, and the <code>code</code> in it.</p>
${command(`curl -s '${publicUrl}/sandbox/messages?to=${encodeURIComponent(to).replace('%40', '@')}'`)}</li>
<li><p>Enter the code, with your own values for the words in capitals.</p>
${command(`curl -s ${publicUrl}/v1/${collection}/ID/submit-code -H 'authorization: Bearer TOKEN' ${json} -d '{"code":"CODE"}'`)}</li>
</ol>
<p>The answer says <code>"status": "done"</code>, and <code>result.token</code> is the signed proof.</p>`;
}

function command(text: string): Markup {
  return html`<pre><code>${text}</code></pre>`;
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
