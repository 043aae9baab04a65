/** What the plain pages look like, and the one that is at the top where nobody is to play. They load nothing from elsewhere. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { document, type Markup, pagePolicy as policy } from './page-document.ts';
import { pageContent, staticDocument } from './static-document.ts';
import { stylesheet } from './stylesheet.ts';

export interface PageOptions {
  readonly serviceName: string;
  readonly sandbox: boolean;
}

export function pageRoutes(options: PageOptions): Hono {
  const app = new Hono();
  app.get(
    '/assets/site.css',
    staticDocument(() => ({ type: 'text/css; charset=utf-8', text: stylesheet, headers: { 'cache-control': 'public, no-cache' } })),
  );
  if (!options.sandbox)
    app.get(
      '/',
      staticDocument(() => pageContent(plainPage(options.serviceName), policy)),
    );
  return app;
}

/** Outside the sandbox it names the service and gives nothing away. */
function plainPage(serviceName: string): Markup {
  return document(serviceName, html`<h1>${serviceName}</h1><p>This is a service for programs. There is nothing to see here.</p>`);
}
