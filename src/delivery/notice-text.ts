/** Notices: messages that tell a person about an event and carry no code. */
import type { TextsBy } from '../../machines/names.ts';

/** Personal details of the session that the notice is about, by name. */
export type NoticeDetails<Detail extends string = string> = TextsBy<Detail>;

/** The texts of a notice in one language. */
export interface NoticeText<Detail extends string = string> {
  readonly subject: (serviceName: string, details: NoticeDetails<Detail>) => string;
  /** The sentence that describes the event. */
  readonly event: (serviceName: string, details: NoticeDetails<Detail>) => string;
  /** Advice to the reader, one paragraph per entry. */
  readonly advice: readonly string[];
  /** Introduces the link to a page on which the person can react; absent in notices without one. */
  readonly link?: string;
}

/** The texts of a notice by BCP 47 language. English is always present. */
export interface Notice<Detail extends string = string> {
  readonly texts: { readonly en: NoticeText<Detail> } & Readonly<Record<string, NoticeText<Detail>>>;
  /**
   * Marks a notice that strangers can cause as often as they like. Its recipient then gets one an hour, and the others are dropped. Every
   * other notice may be late, but is never dropped.
   */
  readonly ofAttack?: true;
}

/** Builds notices from texts that are grouped by language. */
export function noticesOf<Name extends string>(
  texts: { readonly en: Readonly<Record<Name, NoticeText>> } & Readonly<Record<string, Readonly<Record<Name, NoticeText>>>>,
  options?: { readonly ofAttack?: readonly NoInfer<Name>[] },
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
