/**
 * The text message that carries a code. It takes one segment, so that it arrives in one piece and costs one message; only a service name
 * outside of the GSM alphabet makes it longer. Its last line binds the code to the domain: phones offer to fill it in on that site only (https://wicg.github.io/sms-one-time-codes/).
 */
import { gsm7Length, inGsm7, segmentSeptets, ucs2Parts } from './gsm7.ts';
import type { CodeMessage } from './message.ts';
import { singleLine, utcTime } from './template-text.ts';

interface SmsTexts {
  /** @param serviceName null if there is no room for it */
  readonly code: (code: string, serviceName: string | null) => string;
  /** Replaces `code` if the code confirms a change of an account. */
  readonly change: (code: string, serviceName: string | null) => string;
  readonly expiry: (time: string) => string;
  readonly neverShare: string;
}

// The alphabet has é and à, but no á, í, ó, ú, ê or ç, so the sentences avoid words that need them.
const texts: ReadonlyMap<string, SmsTexts> = new Map([
  [
    'en',
    {
      code: (code, service) => `${code} is your ${service === null ? '' : `${service} `}code.`,
      change: (code, service) => `${code} confirms a change of your ${service === null ? '' : `${service} `}account.`,
      expiry: (time) => `It expires at ${time} UTC.`,
      neverShare: 'Do not share it.',
    },
  ],
  [
    'es',
    {
      code: (code, service) => `${code} es su clave de un solo uso${service === null ? '' : ` para ${service}`}.`,
      change: (code, service) => `${code} confirma un cambio de su cuenta${service === null ? '' : ` de ${service}`}.`,
      expiry: (time) => `Caduca a las ${time} UTC.`,
      neverShare: 'No la comparta con nadie.',
    },
  ],
  [
    'fr',
    {
      code: (code, service) => `${code} est votre code${service === null ? '' : ` ${service}`}.`,
      change: (code, service) => `${code} confirme une modification de votre compte${service === null ? '' : ` ${service}`}.`,
      expiry: (time) => `Il expire à ${time} UTC.`,
      neverShare: 'Ne le communiquez à personne.',
    },
  ],
  [
    'de',
    {
      code: (code, service) => `${code} ist Ihr Code${service === null ? '' : ` für ${service}`}.`,
      change: (code, service) => `${code} bestätigt eine Änderung Ihres Kontos${service === null ? '' : ` bei ${service}`}.`,
      expiry: (time) => `Er gilt bis ${time} Uhr UTC.`,
      neverShare: 'Geben Sie ihn nicht weiter.',
    },
  ],
]);

export const smsLanguages: readonly string[] = [...texts.keys()];

/**
 * The most parts of a message in UCS-2: together they hold about as many words as one message in the GSM alphabet. Each part costs as much
 * as a message.
 */
const mostUcs2Parts = 3;

/** @returns the reason why a text is too long; null if it can be sent */
export function smsObjection(text: string): string | null {
  const septets = gsm7Length(text);
  if (septets !== null) return septets > segmentSeptets ? `takes ${septets} of ${segmentSeptets} characters` : null;
  const parts = ucs2Parts(text);
  if (parts <= mostUcs2Parts) return null;
  return `has characters outside of GSM 03.38, so it takes ${parts} parts of 67 characters, and ${mostUcs2Parts} are allowed`;
}

/** A longer name is cut, because the code and the last line matter more. */
const maxServiceNameLength = 30;

export interface SmsOptions {
  readonly serviceName: string;
  /** The host of the site on which people enter the code. */
  readonly domain: string;
}

/**
 * @returns the text, with as many of the sentences as fit into one segment
 * @throws Error if the domain is so long that no sentence fits
 */
export function renderSms(message: CodeMessage, language: string, { serviceName, domain }: SmsOptions): string {
  const wording = texts.get(language);
  if (!wording) throw new Error(`There is no text message in the language ${language}`);
  const name = singleLine(serviceName);
  const service =
    Array.from(inGsm7(name) ?? name)
      .slice(0, maxServiceNameLength)
      .join('')
      .trim() || null;
  const say = message.confirms === 'change' ? wording.change : wording.code;
  const sentences = [say(message.code, service), wording.expiry(utcTime(message.expiresAt)), wording.neverShare];
  const lastLine = `@${domain} #${message.code}`;
  const candidates = [
    sentences,
    sentences.slice(0, 2),
    sentences.slice(0, 1),
    [say(message.code, null)],
    [wording.code(message.code, null)],
  ];
  for (const candidate of candidates) {
    const text = `${candidate.join(' ')}\n\n${lastLine}`;
    if (smsObjection(text) === null) return text;
  }
  throw new Error(`The domain ${domain} leaves no room in a text message`);
}
