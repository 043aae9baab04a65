/** The parts that all pages share. */
import { html, raw } from 'hono/html';
import type { AddressOf, ServicePath } from '../addresses.ts';

export type Markup = ReturnType<typeof html>;

/** The page loads nothing except its own style sheet. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For a page with scripts: the page also loads its own scripts and calls this service. */
export const scriptedPagePolicy = pagePolicy.replace("style-src 'self'", "script-src 'self'; style-src 'self'; connect-src 'self'");

export interface PageHead {
  readonly title: string;
  /** Paths of the style sheets, in the order of the cascade. */
  readonly styles: readonly ServicePath[];
  readonly scripts?: readonly Script[];
}

interface Script {
  readonly path: ServicePath;
  /** When the script runs: at once, before the first paint; or after the document is parsed. */
  readonly loading: 'blocking' | 'defer' | 'module';
}

const scriptAttributes: Readonly<Record<Script['loading'], string>> = { blocking: '', defer: ' defer', module: ' type="module"' };

/** @param body the `body` element */
export function page({ title, styles, scripts = [] }: PageHead, body: Markup, addressOf: AddressOf): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
${styles.map((path) => html`<link rel="stylesheet" href="${addressOf(path)}">\n`)}${scripts.map(
  ({ path, loading }) => html`<script src="${addressOf(path)}"${raw(scriptAttributes[loading])}></script>\n`,
)}</head>
${body}
</html>`;
}

/** A page of text, with no script. */
export function document(title: string, content: Markup, addressOf: AddressOf): Markup {
  return page({ title, styles: ['/assets/site.css'] }, html`<body>\n<main>${content}</main>\n</body>`, addressOf);
}

/** Text typed into a terminal, or printed there. */
export function command(text: string): Markup {
  return html`<pre><code>${text}</code></pre>`;
}
