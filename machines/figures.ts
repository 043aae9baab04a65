/** Figures: the durations and limits of the product's behaviour. A module states each with its meaning, its value and its reason. */
import { type TInteger, Type } from '@sinclair/typebox';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** The figures of a deployment, by name. Durations are in milliseconds. */
export type Figures = Readonly<Record<string, number>>;

export interface Figure {
  /** The values that a deployment may set, and the meaning of the figure. */
  readonly schema: TInteger;
  readonly default: number;
  /** The reason for the default, or its source. */
  readonly reason: string;
  /** The value of the `strict` profile, which follows NIST SP 800-63B-4 and OWASP ASVS 5.0; absent if the default complies. */
  readonly strict?: { readonly value: number; readonly reason: string };
}

/** The figures that one module brings. */
export type FigureSet<Name extends string = string> = Readonly<Record<Name, Figure>>;

/** The values of a set of figures. */
export type FiguresOf<Set extends FigureSet> = { readonly [Name in keyof Set]: number };

/** Defines the figures of a module. Each name is used once in a service. */
export function defineFigures<const Name extends string>(figures: FigureSet<Name>): FigureSet<Name> {
  return Object.freeze(figures);
}

/** A duration, in milliseconds, of a second to a year. Zero would make a timer fire in the step that starts it. */
export function Duration(description: string): TInteger {
  return Type.Integer({ minimum: SECOND, maximum: 366 * DAY, description });
}

/** A number of times, 1 to 100. */
export function Limit(description: string): TInteger {
  return Type.Integer({ minimum: 1, maximum: 100, description });
}

/** A number of times, 1 to a hundred million. */
export function LargeLimit(description: string): TInteger {
  return Type.Integer({ minimum: 1, maximum: 100_000_000, description });
}

/** @returns the values of a profile */
export function valuesOf<Name extends string>(figures: FigureSet<Name>, profile: 'default' | 'strict'): Readonly<Record<Name, number>>;
export function valuesOf(figures: FigureSet, profile: 'default' | 'strict'): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, (profile === 'strict' ? figure.strict?.value : undefined) ?? figure.default]),
  );
}
