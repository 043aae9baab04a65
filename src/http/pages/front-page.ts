/** The design of the plain pages, and the front page outside the sandbox. They load nothing from elsewhere. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { AddressOf } from '../addresses.ts';
import { document, type Markup, pagePolicy as policy } from './page-document.ts';
import { pageContent, staticDocument } from './static-document.ts';
import { stylesheet } from './stylesheet.ts';

export interface PageOptions {
  readonly serviceName: string;
  readonly sandbox: boolean;
  readonly addressOf: AddressOf;
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
      staticDocument(() => pageContent(plainPage(options), policy)),
    );
  return app;
}

/** Outside the sandbox the page names the service and reveals nothing else. */
function plainPage({ serviceName, addressOf }: PageOptions): Markup {
  const content = html`<h1>${serviceName}</h1><p>This service is for programs. See its API documentation.</p>`;
  return document(serviceName, content, addressOf);
}
