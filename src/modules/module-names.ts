/**
 * The names that a module knows, and the faults of workflows that use others. The compiler reports them with the same words as the start.
 */
import type { Names, Uses } from '../../machines/names.ts';
import type { serviceFigures } from '../../machines/service-figures.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';

/** The names of a module. */
export interface Named {
  readonly names?: Names;
}

/**
 * The names of one kind (refusals, notices, details …) that these modules bring. For a module whose type does not list its names, `string`.
 */
export type KnownOf<Modules extends readonly Named[], Sort extends keyof Names> = NonNullable<Modules[number]['names']>[Sort];

/** No names at all. */
export type NoNames = Record<keyof Names, never>;

type Missing<Workflow extends string, Sort extends string, Used extends string, Known extends string> = string extends Known | Used
  ? never
  : `Workflow '${Workflow}': no module brings the ${Sort} '${Exclude<Used, Known>}'`;

type FaultsBy<Used extends Uses, Known extends Names> = {
  readonly [Sort in Exclude<keyof Names & keyof Uses, 'workflow' | 'figure'>]: Missing<Used['workflow'], Sort, Used[Sort], Known[Sort]>;
} & {
  readonly figure: Missing<Used['workflow'], 'figure', Used['figure'], Known['figure'] | keyof typeof serviceFigures>;
  readonly child: Missing<Used['workflow'], 'workflow', Used['child'], Known['workflow']>;
};

/** The lines about a workflow that uses unknown names; `unknown`, which every type satisfies, if there are none. */
export type Checked<Definition, Known extends Names> =
  Definition extends WorkflowDefinition<infer Used>
    ? [FaultsBy<Used, Known>[keyof FaultsBy<Used, Known>]] extends [never]
      ? unknown
      : FaultsBy<Used, Known>[keyof FaultsBy<Used, Known>]
    : unknown;

/** The names of workflows. */
export type WorkflowNames<Definitions extends readonly WorkflowDefinition[]> = NameOf<Definitions[number]>;

/** The names of the data of workflows. */
export type KeptOf<Definitions extends readonly WorkflowDefinition[]> = KeptBy<Definitions[number]>;

type KeptBy<Definition> = Definition extends WorkflowDefinition<infer Used> ? Used['kept'] : never;

type NameOf<Definition> = Definition extends WorkflowDefinition<infer Used> ? Used['workflow'] : never;

/** The names of a module: its own, those of its vocabulary, and those of the modules it needs. */
export interface AllNames<
  Needs extends readonly Named[],
  Workflows extends readonly WorkflowDefinition[],
  Given extends Names,
  Refusal extends string,
  Message extends string,
  Detail extends string,
  Claim extends string,
  Figure extends string,
  Channel extends string,
  Resolver extends string,
  Task extends string,
  Provider extends string,
> {
  readonly workflow: WorkflowNames<Workflows> | Given['workflow'] | KnownOf<Needs, 'workflow'>;
  readonly refusal: Refusal | Given['refusal'] | KnownOf<Needs, 'refusal'>;
  readonly notice: Message | Given['notice'] | KnownOf<Needs, 'notice'>;
  readonly detail: Detail | Given['detail'] | KnownOf<Needs, 'detail'>;
  readonly claim: Claim | Given['claim'] | KnownOf<Needs, 'claim'>;
  readonly figure: Figure | Given['figure'] | KnownOf<Needs, 'figure'>;
  readonly channel: Channel | Given['channel'] | KnownOf<Needs, 'channel'>;
  readonly resolver: Resolver | Given['resolver'] | KnownOf<Needs, 'resolver'>;
  readonly task: Task | Given['task'] | KnownOf<Needs, 'task'>;
  readonly provider: Provider | Given['provider'] | KnownOf<Needs, 'provider'>;
}
