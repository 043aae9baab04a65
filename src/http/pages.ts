/** What the plain pages look like, and the one that is at the top where nobody is to play. They load nothing from elsewhere. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { html } from 'hono/html';
import { document, type Markup, pagePolicy as policy } from './page-document.ts';
import { stylesheet } from './stylesheet.ts';

export interface PageOptions {
  readonly serviceName: string;
  readonly sandbox: boolean;
}

export function pageRoutes(options: PageOptions): Hono {
  const app = new Hono();
  app.use('/assets/site.css', etag());
  app.get('/assets/site.css', (c) =>
    c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, no-cache' }),
  );
  if (!options.sandbox) app.get('/', (c) => c.html(plainPage(options.serviceName), 200, { 'content-security-policy': policy }));
  return app;
}

/** Outside the sandbox it names the service and gives nothing away. */
function plainPage(serviceName: string): Markup {
  return document(serviceName, html`<h1>${serviceName}</h1><p>This is a service for programs. There is nothing to see here.</p>`);
}
