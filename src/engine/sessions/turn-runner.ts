/**
 * Runs the turns of sessions: loads the session, takes the waiting requests, claims the due tasks, commits. After the commit, the requests
 * are answered and the attempts begin. A turn whose commit loses the race runs again.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Clock } from '../clock.ts';
import { monotonicMs } from '../database-clock.ts';
import { Overloaded, StoreUnavailable } from '../errors.ts';
import { withInvitations } from '../invitations.ts';
import { mostCatchUpCommits } from '../machines/machine-limits.ts';
import type { Workflows } from '../machines/workflows.ts';
import type { Observer, Results, SessionIds } from '../ports.ts';
import { type HistoryEntry, nextDueAt, type Session, statePath } from '../session.ts';
import type { SessionStore } from '../session-store.ts';
import type { Step } from '../steps/step.ts';
import { isUnderWay, type Task } from '../task.ts';
import { leaseMs } from '../task-limits.ts';
import { type Claim, claimTasks } from '../tasks/claim.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import type { CachedSessions, LoadedSession } from './cached-sessions.ts';
import { Committer } from './committer.ts';
import { withoutSecrets } from './ended-session-secrets.ts';
import { isWaking, type Reply, type Request, StaleSession, type TurnDeps, takeTurn } from './turn.ts';

export interface TurnRunnerDeps extends TurnDeps {
  readonly workflows: Workflows;
  readonly store: Pick<SessionStore, 'commit'>;
  readonly clock: Clock;
  readonly observer: Pick<Observer, 'conflicted'>;
  readonly sessionIds: Pick<SessionIds, 'keyId'>;
  readonly results: Results;
  readonly sessions: CachedSessions;
  readonly tasks: Pick<TaskRunner, 'begin' | 'claiming' | 'isRunning' | 'reserved'>;
  /** Called after each commit, with the earliest time at which the session is due. */
  readonly committed: (session: Session, history: readonly HistoryEntry[], dueAt: number | null) => void;
}

/** So many lost races in a row mean a fault, not load. */
const maxRaces = 50;

export class TurnRunner {
  readonly #deps: TurnRunnerDeps;
  readonly #committer: Committer;

  constructor(deps: TurnRunnerDeps) {
    this.#deps = deps;
    this.#committer = new Committer(deps.store);
  }

  /**
   * Takes requests of one session, in order.
   * @returns a reply for each request; an `Error` rejects its request alone
   */
  async run(id: string, requests: readonly Request[]): Promise<readonly (Reply | Error)[]> {
    const { clock, observer, sessions, tasks, workflows } = this.#deps;
    const isOnlyWaking = requests.every(isWaking);
    let caughtUp = 0;
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = await this.#load(id, requests, race);
      const workflow = workflows.running(loaded.session);
      const at = Math.max(clock.now(), loaded.session.updatedAt);
      const turn = await takeTurn(workflow, loaded.session, requests, at, this.#deps);
      const orphaned = (task: Task) => loaded.leaseLapsed && !tasks.isRunning(id, task);
      const claim = claimTasks(workflow, turn.session, at, tasks.claiming(turn.session, orphaned));
      if (claim.session === loaded.session) {
        if (!loaded.cached || (await sessions.revalidated(id)) === loaded.session) return turn.replies;
        continue;
      }
      const session = await this.#commit(workflow, loaded.session, { ...claim, history: [...turn.history, ...claim.history] });
      if (session === null) {
        sessions.evict(id);
        observer.conflicted();
        if (isOnlyWaking) return requests.map(() => new StaleSession());
        continue;
      }
      if (!turn.behind || isOnlyWaking) return turn.replies.map((reply) => asCommitted(reply, session));
      caughtUp += 1;
      if (caughtUp >= mostCatchUpCommits) throw new Overloaded(`Session ${id} is catching up with the time`);
      race = 0;
    }
    throw new StoreUnavailable(`Session ${id} is being changed faster than it can be read`);
  }

  /** Writes a new session and begins its tasks. @returns null if the id is taken */
  async start(workflow: Workflow, { session: started, history, rejection }: Step): Promise<Reply | null> {
    const claim = claimTasks(workflow, started, started.createdAt, this.#deps.tasks.claiming(started, null));
    const session = await this.#commit(workflow, null, { ...claim, history: [...history, ...claim.history] });
    return session && { workflow, session, rejection, context: session.context };
  }

  /** Only the store knows which leases have run out, so waking a session starts from the stored one. */
  #load(id: string, requests: readonly Request[], race: number): Promise<LoadedSession> {
    const { sessions } = this.#deps;
    const time = requests.find((request) => request.kind === 'time');
    if (!time) return sessions.latest(id);
    return time.loaded && race === 0 ? sessions.asRead(time.loaded) : sessions.load(id);
  }

  /**
   * Writes a claim, and begins the claimed attempts.
   * @param before the session as read; null for a new one
   * @returns the session as written; null if the race was lost
   */
  async #commit(workflow: Workflow, before: Session | null, { session: claimed, history, begun }: Claim): Promise<Session | null> {
    const { clock, committed, results, sessionIds, sessions, tasks, vault } = this.#deps;
    const from = before?.revision ?? 0;
    const inviting = withInvitations(workflow, claimed, before?.generations ?? 0, vault);
    const kept = withoutSecrets(workflow, inviting, vault);
    const isEnding = kept.endedAt !== null && (before === null || before.endedAt === null);
    const isSuccess = isEnding && workflow.success?.outcome === statePath(kept.value);
    const signed = isSuccess ? { ...kept, signingKeyId: sessionIds.keyId } : kept;
    const result = isSuccess ? await results.seal(workflow, signed) : unexpired(kept.result, clock.now());
    const session = { ...signed, result, revision: from + 1 };
    const dueAt = nextDueAt(session);
    const underWay = session.tasks.some(isUnderWay);
    const lease = begun.length > 0 ? { ms: leaseMs } : underWay ? 'keep' : 'none';
    const claimedAt = monotonicMs();
    if (!(await tasks.reserved(begun.length, this.#committer.commit({ session, from, history, dueAt, lease })))) return null;
    sessions.put(session);
    for (const task of begun) tasks.begin(session, task, claimedAt);
    committed(session, history, dueAt);
    return session;
  }
}

/** The reply about the session in its turn, with the members that only the commit determines. */
function asCommitted(reply: Reply | Error, { revision, result, signingKeyId, sealed }: Session): Reply | Error {
  if (reply instanceof Error) return reply;
  const { session } = reply;
  const ending = session.endedAt === null ? {} : { result, signingKeyId };
  if (reply.isOfEarlier) return { ...reply, session: { ...session, ...ending } };
  // The details without the secrets: the answer to the event that ends the session shows what later answers show.
  return { ...reply, session: { ...session, ...ending, ...(session.endedAt === null ? {} : { sealed }), revision } };
}

/** A cached session may still have a result that was deleted from the database, and must not write it again. */
function unexpired(result: Session['result'], now: number): Session['result'] {
  return result !== null && result.expiresAt <= now ? null : result;
}
