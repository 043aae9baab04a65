/** The parts of a module that workflows refer to by name, and the names that a module may use. */
import type { FigureSet } from '../../machines/figures.ts';
import type { Names } from '../../machines/names.ts';
import type { serviceFigures } from '../../machines/service-figures.ts';
import type { Notice } from '../delivery/notice-text.ts';
import type { ProblemKind } from '../http/problems/problem.ts';
import type { Claim } from '../http/sessions/session-results.ts';
import type { Named as Known, KnownOf } from './module-names.ts';

/** How the holder of a session sees a personal detail: in full, not at all, or in part. */
export type Mask = 'shown' | 'hidden' | ((detail: string) => string);

/** The members of a module that workflows name. `Known` contains the details and figures of the module and of those that it needs. */
export interface Words<
  Refusal extends string = string,
  Message extends string = string,
  Detail extends string = string,
  Named extends string = string,
  Figure extends string = string,
  Known extends Pick<Names, 'detail' | 'figure'> = Pick<Names, 'detail' | 'figure'>,
> {
  /** Refusals by machines and resolvers, by code. Each is a problem type of the HTTP interface. */
  readonly refusals?: Readonly<Record<Refusal, ProblemKind>>;
  /** Messages without a code, by name. */
  readonly notices?: Readonly<Record<Message, Notice<Known['detail']>>>;
  /** How the personal details of sessions are masked, by name. Details without a mask are never shown. */
  readonly details?: Readonly<Record<Detail, Mask>>;
  /** Claims of signed results, by name. */
  readonly claims?: Readonly<Record<Named, Claim<Known['detail']>>>;
  /** Durations and limits that a deployment can set. */
  readonly figures?: FigureSet<Figure>;
  /** Pairs of figures. In each, the first must be smaller than the second. */
  readonly order?: readonly (readonly [smaller: Known['figure'], larger: Known['figure']])[];
}

/** The details and figures that a module may name. A name that is used here does not count as a definition (`NoInfer`). */
export interface Within<Needs extends readonly Known[], Detail extends string, Figure extends string> {
  readonly detail: NoInfer<Detail | KnownOf<Needs, 'detail'>>;
  readonly figure: NoInfer<Figure | KnownOf<Needs, 'figure'> | keyof typeof serviceFigures>;
}
