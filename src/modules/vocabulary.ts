/**
 * The vocabulary of a module: the refusals, notices, personal details, claims and figures that its workflows name. The compiler checks each
 * name of a workflow that is defined with a vocabulary.
 */
import type { serviceFigures } from '../../machines/service-figures.ts';
import type { DefinedVocabulary, Module } from './module.ts';
import type { KnownOf } from './module-names.ts';
import type { Within, Words } from './words.ts';

/** Defines a vocabulary. It includes the names of the modules in `needs`. */
export function defineVocabulary<
  const Needs extends readonly Module[] = readonly [],
  Refusal extends string = never,
  Message extends string = never,
  Detail extends string = never,
  Named extends string = never,
  Figure extends string = never,
>(
  definition: { readonly needs?: Needs } & Words<Refusal, Message, Detail, Named, Figure, Within<Needs, Detail, Figure>>,
): DefinedVocabulary<{
  readonly workflow: KnownOf<Needs, 'workflow'>;
  readonly refusal: Refusal | KnownOf<Needs, 'refusal'>;
  readonly notice: Message | KnownOf<Needs, 'notice'>;
  readonly detail: Detail | KnownOf<Needs, 'detail'>;
  readonly claim: Named | KnownOf<Needs, 'claim'>;
  readonly figure: Figure | KnownOf<Needs, 'figure'> | keyof typeof serviceFigures;
  readonly resolver: KnownOf<Needs, 'resolver'>;
  readonly task: KnownOf<Needs, 'task'>;
  readonly channel: KnownOf<Needs, 'channel'>;
  readonly provider: KnownOf<Needs, 'provider'>;
}>;
export function defineVocabulary({ needs = [], ...words }: { readonly needs?: readonly Module[] } & Words): DefinedVocabulary {
  return Object.freeze({ needs, words, refuse: () => {}, sendMessage: () => {} });
}
