/** The sandbox's page of all messages: every channel in every language, with made-up values. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { AddressOf } from '../addresses.ts';
import { document, type Markup, pagePolicy } from '../pages/page-document.ts';
import { pageContent, StaticDocuments, staticDocument } from '../pages/static-document.ts';
import { Problem } from '../problems/problem.ts';

export interface TemplatePreview {
  readonly channel: string;
  /** A BCP 47 tag. */
  readonly language: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** The septets of the text, for a text message; null on other channels. */
  readonly septets: number | null;
}

export interface TemplatePageDeps {
  readonly serviceName: string;
  readonly addressOf: AddressOf;
  readonly previews: () => readonly TemplatePreview[];
}

const channelTitles: Readonly<Record<string, string>> = { email: 'Email', sms: 'Text message', voice: 'Call' };

/** The frame runs no scripts and uses the message's own styles. */
const messagePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

export function templatePageRoutes({ serviceName, addressOf, previews }: TemplatePageDeps): Hono {
  const app = new Hono();
  let rendered: readonly TemplatePreview[] | null = null;
  const all = () => {
    rendered ??= previews();
    return rendered;
  };
  const messages = new StaticDocuments((number) => pageContent(String(all()[Number(number)]?.html), messagePolicy));
  app.get(
    '/sandbox/templates',
    staticDocument(() => pageContent(page(serviceName, all(), addressOf), `${pagePolicy}; frame-src 'self'`)),
  );
  app.get('/sandbox/templates/:number', (c) => {
    const number = all().findIndex((preview, index) => String(index) === c.req.param('number') && preview.html !== null);
    if (number < 0) throw new Problem('not-found', 'There is no such message in HTML');
    return messages.answer(c, String(number));
  });
  return app;
}

function page(serviceName: string, previews: readonly TemplatePreview[], addressOf: AddressOf): Markup {
  const channels = [...new Set(previews.map(({ channel }) => channel))];
  const sections = channels.map(
    (channel) => html`
<h2>${channelTitles[channel] ?? channel}</h2>
${previews.map((preview, number) => (preview.channel === channel ? section(preview, number, addressOf) : ''))}`,
  );
  return document(
    `Messages · ${serviceName}`,
    html`
<p><a href="${addressOf('/')}">${serviceName}</a></p>
<h1>Messages</h1>
<p class="lead">Every message in every language, with example values. Templates of <code>TEMPLATES_DIR</code> appear here as they are sent.</p>
${sections}`,
    addressOf,
  );
}

function section({ language, subject, text, html: inHtml, septets }: TemplatePreview, number: number, addressOf: AddressOf): Markup {
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  return html`
<section>
<h3>${name} <code>${language}</code></h3>
${subject === null ? '' : html`<p>Subject: <strong lang="${language}" dir="auto">${subject}</strong></p>`}
<pre lang="${language}" dir="auto">${text}</pre>
${septets === null ? '' : html`<p>${septets} of 160 characters of one message.</p>`}
${inHtml === null ? '' : html`<iframe title="${name} email" src="${addressOf(`/sandbox/templates/${number}`)}" sandbox loading="lazy"></iframe>`}
</section>`;
}
