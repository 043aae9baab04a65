/**
 * The API reference: Swagger UI over the service's own OpenAPI document. The policy of the page allows this service alone as a source.
 * Calls tried out on the page go to this service, under the host name that the reader used.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { AddressOf } from '../addresses.ts';
import { type Markup, page } from './page-document.ts';
import { pageContent, staticDocument } from './static-document.ts';

/** Swagger UI draws its icons from `data:` URLs. It needs no inline script or style. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A day. After an upgrade, an old bundle still shows the new document. */
const cacheControl = 'public, max-age=86400';

/**
 * Shows the document with the page's own address instead of PUBLIC_URL. The page may be open under another name, and its policy forbids
 * calls to PUBLIC_URL then.
 */
const start = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
// The script is at /docs/start.js below the address of the service.
const service = new URL('..', import.meta.url).href;
const answer = await fetch(service + 'openapi.json');
const spec = { ...(await answer.json()), servers: [{ url: service.slice(0, -1) }] };
SwaggerUIBundle({
  spec,
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const style = `
html { background: #fff; }
html.dark-mode { background: #1c2022; }
body { margin: 0; }
.swagger-ui .wrapper { box-sizing: border-box; }
/* The document has no links between answers, so the column is always empty. */
.swagger-ui .response-col_links { display: none; }
/* Swagger UI leaves these too faint to read. */
.dark-mode .swagger-ui :is(.examples-select__section-label, .header-col) { color: #e4e6e6; }
html:not(.dark-mode) .swagger-ui .opblock-post .opblock-summary-method { background: #1a7a4c; }
html:not(.dark-mode) .swagger-ui :is(.opblock-get .opblock-summary-method, .btn.execute) { background: #1f69b8; }
html:not(.dark-mode) .swagger-ui .btn.authorize { border-color: #1a7a4c; color: #1a7a4c; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #1a7a4c; }
html:not(.dark-mode) .swagger-ui .btn.cancel { border-color: #c62828; color: #c62828; }
.swagger-ui .info .title small pre { background: none; }
html:not(.dark-mode) .swagger-ui .info .title small { background: #4a5568; }
/* The only server is this service, so its name adds nothing. */
.swagger-ui .scheme-container .servers-title, .swagger-ui .scheme-container .servers { display: none; }
.swagger-ui .scheme-container { padding: 16px 0; }
.swagger-ui .info { margin: 32px 0; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 12px; }
  .swagger-ui .opblock-tag { flex-wrap: wrap; }
  .swagger-ui .opblock-tag > small { order: 1; flex-basis: 100%; padding: 0; }
}
`;

function docsPage(addressOf: AddressOf): Markup {
  return page(
    {
      title: 'API reference',
      styles: ['/docs/swagger-ui.css', '/docs/page.css'],
      scripts: [
        { path: '/docs/swagger-ui-bundle.js', loading: 'defer' },
        { path: '/docs/start.js', loading: 'module' },
      ],
    },
    html`<body>
<main id="reference"></main>
<noscript>The reference needs JavaScript. Without it, read <a href="${addressOf('/openapi.json')}">openapi.json</a>.</noscript>
</body>`,
    addressOf,
  );
}

/** The reference at /docs, and its files below. */
export function docsRoutes(addressOf: AddressOf): Hono {
  const app = new Hono();
  app.get(
    '/docs',
    staticDocument(() => pageContent(docsPage(addressOf), policy)),
  );
  for (const [name, { type, content }] of Object.entries(files()))
    app.get(
      `/docs/${name}`,
      staticDocument(() => ({ type, text: content(), headers: { 'cache-control': cacheControl } })),
    );
  return app;
}

interface File {
  readonly type: string;
  readonly content: () => string;
}

function files(): Record<string, File> {
  const [script, css] = ['text/javascript; charset=utf-8', 'text/css; charset=utf-8'];
  return {
    'swagger-ui-bundle.js': { type: script, content: () => swaggerUi('swagger-ui-bundle.js') },
    'swagger-ui.css': { type: css, content: () => swaggerUi('swagger-ui.css') },
    'start.js': { type: script, content: () => start },
    'page.css': { type: css, content: () => style },
  };
}

/** Swagger UI is bundled into the built package: as a dependency it would bring an install script. A checkout reads the installed files. */
function swaggerUi(name: string): string {
  const copied = new URL(`../../web/swagger-ui/${name}`, import.meta.url);
  return readFileSync(existsSync(copied) ? copied : createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`), 'utf8');
}
