/**
 * Stores sessions whose timers all fall due at one moment, exactly as the engine writes them: started, with a sent code, in the pause
 * before the next send.
 */
import { Workflows } from '../../../src/engine/machines/workflows.ts';
import { withPersonal } from '../../../src/engine/personal.ts';
import { type HistoryEntry, nextDueAt, type Session } from '../../../src/engine/session.ts';
import type { Commit } from '../../../src/engine/session-store.ts';
import { startSession, step } from '../../../src/engine/steps/step.ts';
import { leaseMs } from '../../../src/engine/task-limits.ts';
import { Keyring } from '../../../src/secrets/keyring.ts';
import { PersonalVault } from '../../../src/secrets/personal-vault.ts';
import { v7 } from '../../../src/secrets/uuid.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import { policyProfiles } from '../../support/policy.ts';
import { registry } from '../../support/workflows.ts';
import { type Commands, serveCommands } from '../remote.ts';
import { secretKey } from '../services.ts';

/** Larger than the engine's own batches: here no request waits for an answer. */
const perStatement = 500;

/** The time that a provider takes to answer. */
const deliveryMs = 300;

const { DATABASE_URL: url = '' } = process.env;
const policy = policyProfiles.seed;
const store = await openPostgres({ url });
const workflow = new Workflows(registry, policy).latest().find(({ name }) => name === 'email-verification');
const keyId = 'bench';
const vault = new PersonalVault(new Keyring([{ id: keyId, secret: Buffer.from(secretKey, 'base64') }]));

/** The two commits of such a session's past. */
function commitsOf(number: number, dueAt: number): [Commit, Commit] {
  if (!workflow) throw new Error('The workflow is not registered');
  const sentAt = dueAt - policy.setUpResendCooldownMs;
  const startedAt = sentAt - deliveryMs;
  const email = `person-${number}@example.com`;
  const blank = { id: v7(startedAt), keyId, sealed: null, startFingerprint: null };
  const started = startSession(workflow, blank, null, startedAt);
  const known = withPersonal(started.session, { email, destination: email, deviceType: 'Phone', deviceName: 'Kitchen phone' }, vault);
  const sending = { ...known, revision: 1, tasks: known.tasks.map((task) => ({ ...task, attempts: 1, retryAt: null })) };
  const sent = step(workflow, sending, { kind: 'task-done', generation: sending.generations, output: null }, sentAt);
  return [commitOf(sending, started.history, { ms: leaseMs }), commitOf({ ...sent.session, revision: 2 }, sent.history, 'none')];
}

function commitOf(session: Session, history: readonly HistoryEntry[], lease: Commit['lease']): Commit {
  return { session, from: session.revision - 1, history, dueAt: nextDueAt(session), lease };
}

const commands = {
  /** @param dueAt the time at which all fall due, in milliseconds since the epoch */
  store: async ({ sessions, dueAt }: { sessions: number; dueAt: number }): Promise<void> => {
    for (let stored = 0; stored < sessions; stored += perStatement) {
      const batch = Array.from({ length: Math.min(perStatement, sessions - stored) }, (_, index) => commitsOf(stored + index, dueAt));
      await store.sessions.commit(batch.map(([first]) => first));
      await store.sessions.commit(batch.map(([, second]) => second));
    }
    await store.close();
  },
} satisfies Commands;

export type TimerCommands = typeof commands;

serveCommands(commands);
