/**
 * The layout of emails. An email is self-contained: it has no remote image, style sheet or tracked link, so opening it discloses nothing.
 * The layout sets no colours, so it does not clash with a dark mode.
 */
import validator from 'validator';
import { directionOf } from '../common/language-tags.ts';

export type Paragraph =
  | { readonly kind: 'text'; readonly text: string; readonly strong?: true }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'details'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'code'; readonly code: string };

export interface Email {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @param language BCP 47 tag */
export function layOut(language: string, subject: string, paragraphs: readonly Paragraph[]): Email {
  return { subject, text: `${paragraphs.map(asText).join('\n\n')}\n`, html: asHtml(language, subject, paragraphs) };
}

function asText(paragraph: Paragraph): string {
  switch (paragraph.kind) {
    case 'text':
      return paragraph.text;
    case 'link':
      return `${paragraph.text} ${paragraph.url}`;
    case 'details':
      return paragraph.rows.map(([label, value]) => `${label}: ${value}`).join('\n');
    case 'code':
      return paragraph.code;
    default:
      return paragraph satisfies never;
  }
}

function asHtml(language: string, subject: string, paragraphs: readonly Paragraph[]): string {
  return `<!doctype html>
<html ${inLanguage(language)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${html(subject)}</title>
</head>
<body style="margin:0;padding:24px 16px">
<div role="article" aria-label="${html(subject)}" ${inLanguage(language)} style="${articleStyle}">
${paragraphs.map(htmlOf).join('\n')}
</div>
</body>
</html>
`;
}

/** The attributes of a text in a language. Left to right is the default. */
function inLanguage(language: string): string {
  return `lang="${language}"${directionOf(language) === 'rtl' ? ' dir="rtl"' : ''}`;
}

function htmlOf(paragraph: Paragraph): string {
  switch (paragraph.kind) {
    case 'text':
      return block(paragraph.strong ? `<strong>${html(paragraph.text)}</strong>` : html(paragraph.text));
    case 'link':
      return block(`${html(paragraph.text)} <a href="${html(paragraph.url)}" style="color:inherit">${html(paragraph.url)}</a>`);
    case 'details':
      // `dir` keeps the order of a value in another direction, such as `هاتف Samsung الأزرق`.
      return block(paragraph.rows.map(([label, value]) => `${html(label)}: <strong dir="auto">${html(value)}</strong>`).join('<br>\n'));
    case 'code':
      // The code is one text node, so that it can be selected, copied, read out and filled in as a whole.
      // `format-detection` above keeps phones from linking it as a telephone number.
      return `<p translate="no" style="${codeStyle}">${html(paragraph.code)}</p>`;
    default:
      return paragraph satisfies never;
  }
}

function block(inner: string): string {
  return `<p style="margin:0 0 16px">${inner}</p>`;
}

function html(text: string): string {
  return validator.escape(text);
}

const articleStyle = 'max-width:544px;margin:0 auto;font-family:system-ui,-apple-system,Arial,sans-serif;font-size:16px;line-height:1.5';

const codeStyle =
  'margin:0 0 16px;padding:12px 16px;border:2px solid;border-radius:8px;text-align:center;font-family:Consolas,Menlo,monospace;' +
  'font-size:32px;font-weight:bold;letter-spacing:4px;-webkit-user-select:all;user-select:all';
