/** The registered workflows, by name and version, with a deployment's figures. */
import type { Policy } from '../../machines/policy.ts';
import type { Migration, Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import { SessionStranded, SessionSuspended } from './errors.ts';
import type { Session } from './session.ts';
import { inMachineOrder } from './state-value.ts';

export class Workflows {
  readonly #versions = new Map<string, Workflow>();
  readonly #latest = new Map<string, Workflow>();

  constructor(definitions: readonly WorkflowDefinition[], policy: Policy) {
    for (const definition of definitions) {
      const workflow = definition.of(policy);
      const key = `${workflow.name}@${workflow.version}`;
      if (this.#versions.has(key)) throw new Error(`The workflow ${key} is registered twice`);
      assertSenders(workflow, key);
      this.#versions.set(key, workflow);
      const latest = this.#latest.get(workflow.name);
      if (!latest || latest.version < workflow.version) this.#latest.set(workflow.name, workflow);
    }
  }

  /** Every version. */
  all(): Workflow[] {
    return [...this.#versions.values()];
  }

  /** The version that a stored session was started with; undefined when it is no longer registered. */
  of(name: string, version: number): Workflow | undefined {
    return this.#versions.get(`${name}@${version}`);
  }

  /**
   * The version that a stored session runs.
   * @throws SessionStranded, SessionSuspended
   */
  running({ id, workflow: name, version, status }: Pick<Session, 'id' | 'workflow' | 'version' | 'status'>): Workflow {
    const workflow = this.of(name, version);
    if (!workflow || status === 'stranded')
      throw new SessionStranded(`Session ${id} needs ${name} version ${version}, which is not registered`);
    if (status === 'suspended') throw new SessionSuspended(`Session ${id} is set aside: its machine failed`);
    return workflow;
  }

  /** @returns the session with its state in the order of its machine, which the database does not keep */
  ordered(session: Session): Session {
    const workflow = this.of(session.workflow, session.version);
    return workflow ? inMachineOrder(workflow.machine, session) : session;
  }

  /** What sessions of a version that is not registered can become, and how; null where nobody has said how. */
  successor(name: string, version: number): { readonly workflow: Workflow; readonly migrate: Migration } | null {
    const workflow = this.#latest.get(name);
    const migrate = workflow?.migrations?.[version];
    return workflow && migrate ? { workflow, migrate } : null;
  }

  /** Older versions: no new session starts with them, but their sessions continue. */
  older(): Workflow[] {
    return [...this.#versions.values()].filter((workflow) => this.#latest.get(workflow.name) !== workflow);
  }

  /** The newest version of each workflow: the one that new sessions are started with. */
  latest(): Workflow[] {
    return [...this.#latest.values()];
  }
}

/** @throws Error for an event whose declared sender could never send it, or could send it without the proof that it asks for */
function assertSenders({ start, events }: Workflow, key: string): void {
  for (const [type, { sender, secondFactor }] of Object.entries(events)) {
    if (start.by === 'agent' && sender === 'holder')
      throw new Error(`The workflow ${key} is started by agents, so its sessions have no token, and no holder to send ${type}`);
    if (secondFactor && sender !== 'owner')
      throw new Error(`The workflow ${key} asks for a second factor for ${type}, which only an owner's login can show`);
  }
}
