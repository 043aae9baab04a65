/** What the pages have in common. */
import { html } from 'hono/html';
import type { AddressOf } from '../addresses.ts';

export type Markup = ReturnType<typeof html>;

/** Nothing but their own style sheet. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For a page that moves: its own scripts too, and what they ask this service. */
export const scriptedPagePolicy = pagePolicy.replace("style-src 'self'", "script-src 'self'; style-src 'self'; connect-src 'self'");

export function document(title: string, content: Markup, addressOf: AddressOf): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${addressOf('/assets/site.css')}">
</head>
<body>
<main>${content}</main>
</body>
</html>`;
}

/** Text for a terminal, or from one. */
export function command(text: string): Markup {
  return html`<pre><code>${text}</code></pre>`;
}
