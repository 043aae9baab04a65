/** The registered workflows, by name and version, with the figures of the deployment. */
import type { Figures } from '../../../machines/figures.ts';
import type { Migration, Workflow, WorkflowDefinition } from '../../../machines/workflow.ts';
import { SessionStranded, SessionSuspended } from '../errors.ts';
import type { Session } from '../session.ts';
import { faultLine, WorkflowRefused } from './fault.ts';
import { inMachineOrder } from './state-value.ts';

export class Workflows {
  readonly #versions = new Map<string, Workflow>();
  readonly #latest = new Map<string, Workflow>();

  /** @throws WorkflowRefused if a version is registered twice, or if a definition fails */
  constructor(definitions: readonly WorkflowDefinition[], figures: Figures) {
    for (const definition of definitions) {
      const workflow = madeOnce(definition, figures);
      const name = `${workflow.name}@${workflow.version}`;
      if (this.#versions.has(name)) throw new WorkflowRefused(`The workflow ${name} is registered twice`);
      this.#versions.set(name, workflow);
      const latest = this.#latest.get(workflow.name);
      if (!latest || latest.version < workflow.version) this.#latest.set(workflow.name, workflow);
    }
  }

  /** All versions of all workflows. */
  all(): Workflow[] {
    return [...this.#versions.values()];
  }

  /** The version that a stored session runs; undefined if it is no longer registered. */
  of(name: string, version: number): Workflow | undefined {
    return this.#versions.get(`${name}@${version}`);
  }

  /**
   * The version that an active session runs.
   * @throws SessionStranded, SessionSuspended
   */
  running({ id, workflow: name, version, status }: Pick<Session, 'id' | 'workflow' | 'version' | 'status'>): Workflow {
    const workflow = this.of(name, version);
    if (!workflow || status === 'stranded')
      throw new SessionStranded(`Session ${id} needs ${name} version ${version}, which is not registered`);
    if (status === 'suspended') throw new SessionSuspended(`Session ${id} is set aside: its machine failed`);
    return workflow;
  }

  /** @returns the session with its state in the machine's order, which the database does not preserve */
  ordered(session: Session): Session {
    const workflow = this.of(session.workflow, session.version);
    return workflow ? inMachineOrder(workflow.machine, session) : session;
  }

  /** The migration of a version that is not registered: the target and the function; null if the workflow has none. */
  successor(name: string, version: number): { readonly workflow: Workflow; readonly migrate: Migration } | null {
    const workflow = this.#latest.get(name);
    const migrate = workflow?.migrations?.[version];
    return workflow && migrate ? { workflow, migrate } : null;
  }

  /** The older versions: no new session starts with them, but their sessions continue. */
  older(): Workflow[] {
    return [...this.#versions.values()].filter((workflow) => this.#latest.get(workflow.name) !== workflow);
  }

  /** The newest version of each workflow. New sessions start with it. */
  latest(): Workflow[] {
    return [...this.#latest.values()];
  }
}

/** The last workflow of each definition, with its figures as JSON. A stopped service leaves no machine behind. */
const lastMade = new WeakMap<WorkflowDefinition, { readonly key: string; readonly workflow: WeakRef<Workflow> }>();

/**
 * A second service in the process has the same workflows if its figures are the same, so what is known of their machines stays known.
 * @throws WorkflowRefused if the definition fails
 */
export function madeOnce(definition: WorkflowDefinition, figures: Figures): Workflow {
  const key = JSON.stringify(figures);
  const last = lastMade.get(definition);
  const known = last?.key === key ? last.workflow.deref() : undefined;
  if (known !== undefined) return known;
  const workflow = made(definition, figures);
  lastMade.set(definition, { key, workflow: new WeakRef(workflow) });
  return workflow;
}

/** XState refuses some machines itself, such as one with a transition to an unknown state. */
function made(definition: WorkflowDefinition, figures: Figures): Workflow {
  try {
    return definition.of(figures);
  } catch (error) {
    if (error instanceof WorkflowRefused) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const fault = `it cannot be made: ${reason.replaceAll('\n', ' ')}`;
    throw new WorkflowRefused(faultLine({ workflow: definition.name, state: '', fault }), { cause: error });
  }
}
