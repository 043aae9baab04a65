/** The spoken text of a code: its digits one by one, with a pause after each, and the code twice. */
import type { CodeMessage } from './message.ts';
import { singleLine, wholeMinutes } from './template-text.ts';

interface VoiceTexts {
  readonly greeting: (serviceName: string) => string;
  /** Added if the code confirms a change of an account. */
  readonly change: string;
  readonly code: (digits: string) => string;
  readonly again: (digits: string) => string;
  readonly validity: (minutes: number) => string;
  readonly goodbye: string;
}

const texts: ReadonlyMap<string, VoiceTexts> = new Map([
  [
    'en',
    {
      greeting: (service) => `Hello, this is ${service}.`,
      change: 'Someone who is logged in to your account wants to change it. This code confirms the change.',
      code: (digits) => `Your code is: ${digits}.`,
      again: (digits) => `Again, your code is: ${digits}.`,
      validity: (minutes) => `It is valid for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} from the first time it was sent.`,
      goodbye: 'Do not share it with anyone. Goodbye.',
    },
  ],
  [
    'es',
    {
      greeting: (service) => `Hola, le llamamos de ${service}.`,
      change: 'Alguien que ha iniciado sesión en su cuenta quiere cambiarla. Este código confirma el cambio.',
      code: (digits) => `Su código es: ${digits}.`,
      again: (digits) => `Repetimos, su código es: ${digits}.`,
      validity: (minutes) => `Es válido durante ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'} desde su primer envío.`,
      goodbye: 'No se lo diga a nadie. Adiós.',
    },
  ],
  [
    'fr',
    {
      greeting: (service) => `Bonjour, ici ${service}.`,
      change: 'Quelqu’un qui est connecté à votre compte veut le modifier. Ce code confirme la modification.',
      code: (digits) => `Votre code est : ${digits}.`,
      again: (digits) => `Je répète, votre code est : ${digits}.`,
      validity: (minutes) => `Il est valable ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} à partir de son premier envoi.`,
      goodbye: 'Ne le communiquez à personne. Au revoir.',
    },
  ],
  [
    'de',
    {
      greeting: (service) => `Guten Tag, hier ist ${service}.`,
      change: 'Jemand, der mit Ihrem Konto angemeldet ist, möchte es ändern. Dieser Code bestätigt die Änderung.',
      code: (digits) => `Ihr Code lautet: ${digits}.`,
      again: (digits) => `Ich wiederhole, Ihr Code lautet: ${digits}.`,
      validity: (minutes) => `Er gilt ${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'} ab dem ersten Versand.`,
      goodbye: 'Sagen Sie ihn niemandem. Auf Wiederhören.',
    },
  ],
]);

export const voiceLanguages: readonly string[] = [...texts.keys()];

export function renderVoice(message: CodeMessage, language: string, { serviceName }: { serviceName: string }): string {
  const wording = texts.get(language);
  if (!wording) throw new Error(`There is no call in the language ${language}`);
  // A voice reads `042917` as one number, and `0, 4, 2, 9, 1, 7` digit by digit.
  const digits = Array.from(message.code).join(', ');
  const minutes = wholeMinutes(message.validForMs);
  return [
    wording.greeting(singleLine(serviceName)),
    ...(message.confirms === 'change' ? [wording.change] : []),
    wording.code(digits),
    wording.again(digits),
    ...(minutes === null ? [] : [wording.validity(minutes)]),
    wording.goodbye,
  ].join(' ');
}
