/** Notices: messages without a code, which tell a person what happened. */

/** Personal details of the session that the notice is about, by name. */
export type NoticeDetails = Readonly<Record<string, string>>;

/** What a notice says, in one language. */
export interface NoticeText {
  readonly subject: (serviceName: string, details: NoticeDetails) => string;
  /** What happened. */
  readonly event: (serviceName: string, details: NoticeDetails) => string;
  /** Advice to the reader; a paragraph each. */
  readonly advice: readonly string[];
  /** Introduces the link to a page on which the person can react; absent in notices without one. */
  readonly link?: string;
}

/** A notice in its languages, by BCP 47 language; English is always there. */
export interface Notice {
  readonly texts: { readonly en: NoticeText } & Readonly<Record<string, NoticeText>>;
  /**
   * Whether strangers can cause the notice as often as they like. Its recipient is then told once an hour; every other notice is late at worst,
   * never lost.
   */
  readonly ofAttack?: true;
}

/** Notices from their texts, which are written a language at a time. */
export function noticesOf<Name extends string>(
  texts: { readonly en: Readonly<Record<Name, NoticeText>> } & Readonly<Record<string, Readonly<Record<Name, NoticeText>>>>,
  options?: { readonly ofAttack?: readonly Name[] },
): Readonly<Record<Name, Notice>>;
export function noticesOf(
  texts: Readonly<Record<string, Readonly<Record<string, NoticeText>>>>,
  { ofAttack = [] }: { readonly ofAttack?: readonly string[] } = {},
): Readonly<Record<string, unknown>> {
  const names = Object.keys(texts['en'] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        texts: Object.fromEntries(Object.entries(texts).map(([language, all]) => [language, all[name]])),
        ...(ofAttack.includes(name) ? { ofAttack: true } : {}),
      },
    ]),
  );
}
