/** The resolvers of the starts and events that name none: made from the `data` and the payloads of their workflows. */
import { dataResolverName, startUse } from '../../machines/session-data.ts';
import type { Workflow } from '../../machines/workflow.ts';
import type { Resolver } from '../engine/ports.ts';
import { type AddressReaders, eventDataResolver, startDataResolver } from '../resolvers/data.ts';

/** @returns the resolvers by the names under which the workflows know them */
export function dataResolvers(workflows: readonly Workflow[], readers: AddressReaders): Record<string, Resolver> {
  return Object.fromEntries(
    workflows.flatMap((workflow): [string, Resolver][] => {
      const { name, version, start, events, data = {} } = workflow;
      const nameOf = (use: string) => dataResolverName(name, version, use);
      return [
        ...(start.resolver === nameOf(startUse) ? [[start.resolver, startDataResolver(workflow, readers)] as [string, Resolver]] : []),
        ...Object.entries(events).flatMap(([type, event]): [string, Resolver][] =>
          event.resolver === nameOf(type) ? [[event.resolver, eventDataResolver(data, event, readers)]] : [],
        ),
      ];
    }),
  );
}
