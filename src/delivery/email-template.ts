/** The emails that carry codes and notices. */
import type { Figures } from '../../machines/figures.ts';
import { type Email, layOut, type Paragraph } from './email-layout.ts';
import { type EmailTexts, emailTexts } from './email-texts.ts';
import type { CodeMessage, Message, NoticeMessage } from './message.ts';
import { noticeLabels } from './notice-labels.ts';
import type { Notice, NoticeText } from './notice-text.ts';
import { saying, timeInWords } from './notice-words.ts';
import { deviceText, singleLine, wholeMinutes, withoutLinks } from './template-text.ts';

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

/** Renders the email of a notice, also the same at any time. If the notice lacks the wanted language, the text is English. */
export function renderNotice(
  message: NoticeMessage,
  wanted: string,
  { texts: known }: Notice,
  options: EmailTemplateOptions & { readonly figures?: Figures },
): Email & { language: string } {
  if (known === undefined) throw new Error(`The notice '${message.notice}' has no text for email`);
  const language = Object.hasOwn(known, wanted) ? wanted : 'en';
  const { subject, event, advice, link }: NoticeText = known[language] ?? known.en;
  const service = singleLine(options.serviceName);
  const say = saying(message, language, { serviceName: service, figures: options.figures ?? {} });
  const email = layOut(language, singleLine(say(subject)), [
    { kind: 'text', text: say(event) },
    ...factsOf(message, language),
    ...(message.link === null || link === undefined ? [] : [{ kind: 'link', text: link, url: message.link } as const]),
    ...advice.map((text): Paragraph => ({ kind: 'text', text: say(text) })),
    ...ending(emailTexts.get(language) ?? null, service, options),
  ]);
  return { ...email, language };
}

/** The time, the device, and the agent who acted. Nothing in a language that has no words for them. */
function factsOf(message: NoticeMessage, language: string): Paragraph[] {
  const [labels, texts] = [noticeLabels.get(language), emailTexts.get(language)];
  if (labels === undefined || texts === undefined) return [];
  const { device, agent, reason, at } = message;
  const isDeviceKnown = device.type !== null || device.name !== null;
  const namesDevice = agent === null && (isDeviceKnown || message.ofSession !== true);
  return [
    {
      kind: 'details',
      rows: [
        [labels.when, timeInWords(language, at)],
        ...(namesDevice ? deviceRows(message, texts) : []),
        ...row(labels.agent, agent),
        ...row(labels.reason, reason),
      ],
    },
  ];
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

/** @param texts null in a language without a sentence about help */
function ending(texts: EmailTexts | null, service: string, { supportUrl }: EmailTemplateOptions): Paragraph[] {
  const support: Paragraph[] = supportUrl === null || texts === null ? [] : [{ kind: 'link', text: texts.support, url: supportUrl }];
  return [...support, { kind: 'text', text: service }];
}

function textsIn(language: string): EmailTexts {
  return emailTexts.get(language) ?? never(language);
}

function never(language: string): never {
  throw new Error(`There is no email in the language ${language}`);
}
