/** The emails that carry codes and notices. */
import { type Email, layOut, type Paragraph } from './email-layout.ts';
import { type EmailTexts, emailTexts } from './email-texts.ts';
import type { CodeMessage, Message, NoticeMessage } from './message.ts';
import { type NoticeLabels, noticeLabels } from './notice-labels.ts';
import type { Notice } from './notice-text.ts';
import { deviceText, singleLine, utcDate, utcTime, wholeMinutes, withoutLinks } from './template-text.ts';

export interface EmailTemplateOptions {
  readonly serviceName: string;
  /** Where people get help; null leaves the sentence out. */
  readonly supportUrl: string | null;
}

export const emailLanguages: readonly string[] = [...emailTexts.keys()];

/** Renders a code. The same message and options always give the same email, so that a repeated attempt sends the same text. */
export function renderEmail(message: CodeMessage, language: string, options: EmailTemplateOptions): Email {
  const texts = textsIn(language);
  const service = singleLine(options.serviceName);
  // The subject leaves out the code: lock screens, notifications and the logs of mail servers show subjects.
  return layOut(language, texts.subject(service), [
    { kind: 'text', text: message.confirms === 'change' ? texts.change(service) : texts.request(service) },
    // The device comes before the code, so that people read it first and previews of the first lines do not show the code.
    { kind: 'details', rows: deviceRows(message, texts) },
    { kind: 'text', text: texts.code },
    { kind: 'code', code: message.code },
    // Both figures stay true however late the message arrives or is read; "in 40 minutes" would not.
    { kind: 'text', text: texts.expiry(message.expiresAt, wholeMinutes(message.validForMs)), strong: true },
    { kind: 'text', text: texts.neverShare(service) },
    { kind: 'text', text: texts.notYou },
    ...ending(texts, service, options),
  ]);
}

/** The languages in which a notice is built in. */
export function noticeLanguages({ texts }: Notice): readonly string[] {
  return Object.keys(texts).filter((language) => emailTexts.has(language));
}

/** Renders a notice, also the same at any time. If the notice lacks the wanted language, the text is English. */
export function renderNotice(
  message: NoticeMessage,
  wanted: string,
  { texts: known }: Notice,
  options: EmailTemplateOptions,
): Email & { language: string } {
  const language = known[wanted] === undefined || !emailTexts.has(wanted) ? 'en' : wanted;
  const texts = textsIn(language);
  const { when, agent, reason }: NoticeLabels = noticeLabels.get(language) ?? never(language);
  const { subject, event, advice, link } = known[language] ?? known.en;
  const service = singleLine(options.serviceName);
  const { at, details } = message;
  const email = layOut(language, subject(service, details), [
    { kind: 'text', text: event(service, details) },
    {
      kind: 'details',
      rows: [
        [when, `${utcDate(language, at)}, ${utcTime(at)} UTC`],
        ...(message.agent === null ? deviceRows(message, texts) : []),
        ...row(agent, message.agent),
        ...row(reason, message.reason),
      ],
    },
    ...(message.link === null || link === undefined ? [] : [{ kind: 'link', text: link, url: message.link } as const]),
    ...advice.map((text): Paragraph => ({ kind: 'text', text })),
    ...ending(texts, service, options),
  ]);
  return { ...email, language };
}

function row(label: string, value: string | null): [string, string][] {
  const text = value === null ? null : withoutLinks(value);
  return text === null || text === '' ? [] : [[label, text]];
}

function deviceRows({ device }: Message, { deviceType, deviceName, unknown }: EmailTexts): [string, string][] {
  return [
    [deviceType, deviceText(device.type) ?? unknown],
    [deviceName, deviceText(device.name) ?? unknown],
  ];
}

function ending(texts: EmailTexts, service: string, { supportUrl }: EmailTemplateOptions): Paragraph[] {
  const support: Paragraph[] = supportUrl === null ? [] : [{ kind: 'link', text: texts.support, url: supportUrl }];
  return [...support, { kind: 'text', text: service }];
}

function textsIn(language: string): EmailTexts {
  return emailTexts.get(language) ?? never(language);
}

function never(language: string): never {
  throw new Error(`There is no email in the language ${language}`);
}
