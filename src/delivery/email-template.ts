/**
 * What a code looks like as an email. It is one self-contained message: no remote image, style sheet or tracked link,
 * so that opening it tells nobody anything, and no colour of its own, so that a dark mode has nothing to clash with.
 */
import validator from 'validator';
import { type EmailTexts, emailTexts } from './email-texts.ts';
import type { CodeMessage } from './message.ts';
import { deviceText, singleLine, wholeMinutes } from './template-text.ts';

export interface EmailTemplateOptions {
  readonly serviceName: string;
  /** Where people get help; null leaves the sentence out. */
  readonly supportUrl: string | null;
}

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export const emailLanguages: readonly string[] = [...emailTexts.keys()];

/** The same message and options give the same email, at any time: an attempt can be repeated without a trace. */
export function renderEmail(message: CodeMessage, language: string, options: EmailTemplateOptions): RenderedEmail {
  const texts = emailTexts.get(language);
  if (!texts) throw new Error(`There is no email in the language ${language}`);
  const service = singleLine(options.serviceName);
  const content: Content = {
    language,
    texts,
    // Without the code: lock screens, notifications and the logs of mail servers show subjects.
    subject: texts.subject(service),
    request: texts.request(service),
    // Before the code, so that it is read first, and so that previews of the first lines do not show the code either.
    device: [
      [texts.deviceType, deviceText(message.device.type) ?? texts.unknown],
      [texts.deviceName, deviceText(message.device.name) ?? texts.unknown],
    ],
    code: message.code,
    // Both stay true however late the message arrives or is read; "in 40 minutes" would not.
    expiry: texts.expiry(message.expiresAt, wholeMinutes(message.validForMs)),
    advice: [texts.neverShare(service), texts.notYou],
    supportUrl: options.supportUrl,
    service,
  };
  return { subject: content.subject, text: asText(content), html: asHtml(content) };
}

interface Content {
  readonly language: string;
  readonly texts: EmailTexts;
  readonly subject: string;
  readonly request: string;
  readonly device: readonly (readonly [label: string, value: string])[];
  readonly code: string;
  readonly expiry: string;
  readonly advice: readonly string[];
  readonly supportUrl: string | null;
  readonly service: string;
}

function asText(content: Content): string {
  const paragraphs = [
    content.request,
    content.device.map(([label, value]) => `${label}: ${value}`).join('\n'),
    content.texts.code,
    content.code,
    content.expiry,
    ...content.advice,
  ];
  if (content.supportUrl !== null) paragraphs.push(`${content.texts.support} ${content.supportUrl}`);
  paragraphs.push(content.service);
  return `${paragraphs.join('\n\n')}\n`;
}

function asHtml(content: Content): string {
  const { language, texts } = content;
  const html = validator.escape;
  const paragraph = (inner: string) => `<p style="margin:0 0 16px">${inner}</p>`;
  const device = content.device.map(([label, value]) => `${html(label)}: <strong>${html(value)}</strong>`).join('<br>\n');
  const support =
    content.supportUrl === null
      ? ''
      : paragraph(`${html(texts.support)} <a href="${html(content.supportUrl)}" style="color:inherit">${html(content.supportUrl)}</a>`);
  // The code is one piece of text, so that it can be selected, copied, read out and filled in by itself; and no phone number.
  const code = `<p translate="no" style="${codeStyle}">${html(content.code)}</p>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${html(content.subject)}</title>
</head>
<body style="margin:0;padding:24px 16px">
<div role="article" aria-label="${html(content.subject)}" lang="${language}" style="${articleStyle}">
${paragraph(html(content.request))}
${paragraph(device)}
${paragraph(html(texts.code))}
${code}
${paragraph(`<strong>${html(content.expiry)}</strong>`)}
${content.advice.map((sentence) => paragraph(html(sentence))).join('\n')}
${support}
${paragraph(html(content.service))}
</div>
</body>
</html>
`;
}

const articleStyle = 'max-width:544px;margin:0 auto;font-family:system-ui,-apple-system,Arial,sans-serif;font-size:16px;line-height:1.5';

const codeStyle =
  'margin:0 0 16px;padding:12px 16px;border:2px solid;border-radius:8px;text-align:center;font-family:Consolas,Menlo,monospace;' +
  'font-size:32px;font-weight:bold;letter-spacing:4px;-webkit-user-select:all;user-select:all';
