/** The wording of the emails, one object per language. A new language is one more entry in `texts`. */

export interface EmailTexts {
  /** The language's tag, for the `lang` attribute. */
  readonly language: string;
  readonly subject: (serviceName: string) => string;
  readonly request: (serviceName: string) => string;
  readonly deviceType: string;
  readonly deviceName: string;
  /** Stands for a device type or name that was not given. */
  readonly unknown: string;
  readonly code: string;
  /** @param minutes how long the code lives from its first send on; null leaves that out. */
  readonly expiry: (expiresAt: number, minutes: number | null) => string;
  readonly neverShare: (serviceName: string) => string;
  readonly notYou: string;
  readonly support: string;
}

const english: EmailTexts = {
  language: 'en',
  subject: (serviceName) => `Your ${serviceName} verification code`,
  request: (serviceName) => `A verification code for ${serviceName} was requested on the device named below.`,
  deviceType: 'Device type',
  deviceName: 'Device name',
  unknown: 'Unknown device',
  code: 'To continue, enter this code where you were asked for it:',
  expiry: (expiresAt, minutes) => {
    const until = `The code expires at ${englishTime.format(expiresAt)} UTC on ${englishDate.format(expiresAt)}`;
    if (minutes === null) return `${until}.`;
    return `${until}, ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} after it was first sent.`;
  },
  neverShare: (serviceName) => `Keep the code to yourself. Nobody from ${serviceName} will ask you for it.`,
  notYou:
    'If you did not ask for a code, you can ignore this message: without the code, that device gets no access. ' +
    'If such messages keep coming, change your password.',
  support: 'Questions? Get help here:',
};

const englishTime = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const englishDate = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });

const texts: ReadonlyMap<string, EmailTexts> = new Map([['en', english]]);

/** The texts for a BCP 47 tag by its language alone; English where there are none. */
export function textsFor(locale: string | null): EmailTexts {
  const language = locale?.split(/[-_]/, 1)[0]?.toLowerCase();
  return (language === undefined ? undefined : texts.get(language)) ?? english;
}
