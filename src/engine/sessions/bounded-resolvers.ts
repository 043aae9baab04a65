/** Resolvers with a time limit. They are code of modules, and run within the turn of a session. */
import type { Resolver } from '../ports.ts';
import { inTime } from '../time-limit.ts';

export function boundedResolvers(resolvers: Readonly<Record<string, Resolver>>): Readonly<Record<string, Resolver>> {
  return Object.fromEntries(Object.entries(resolvers).map(([name, resolver]) => [name, bounded(`The resolver '${name}'`, resolver)]));
}

function bounded(subject: string, resolver: Resolver): Resolver {
  const { prepare, start, event } = resolver;
  return {
    ...resolver,
    ...(prepare && { prepare: (...given) => inTime(subject, prepare.apply(resolver, given)) }),
    ...(start && { start: (...given) => answerInTime(subject, start.apply(resolver, given)) }),
    ...(event && { event: (...given) => answerInTime(subject, event.apply(resolver, given)) }),
  };
}

/** An answer without a wait needs no timer. */
function answerInTime<T>(subject: string, answer: T | Promise<T>): T | Promise<T> {
  return answer instanceof Promise ? inTime(subject, answer) : answer;
}
