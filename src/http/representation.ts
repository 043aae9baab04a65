/** What the outside sees of a session. */
import { createHash } from 'node:crypto';
import type { PublicEvent, Workflow } from '../../machines/workflow.ts';
import type { Personal, Vault } from '../engine/ports.ts';
import { type Session, statePath } from '../engine/session.ts';

export interface RepresentationParts {
  readonly vault: Vault;
  /** Personal details as they may be shown. */
  readonly mask: (personal: Personal) => Readonly<Record<string, string>>;
  /** Signs what a success proves. */
  readonly sign: (result: {
    sessionId: string;
    workflow: string;
    succeededAt: number;
    expiresAt: number;
    subject: string;
    claims: Readonly<Record<string, unknown>>;
  }) => Promise<string>;
  /** How long a result is valid and shown, in milliseconds. */
  readonly resultLifetimeMs: number;
  readonly accepted: (of: { workflow: Workflow; session: Session }) => readonly string[];
  readonly now: () => number;
}

export type Representation = Readonly<Record<string, unknown>>;

/** `SUBMIT_CODE` is `submit-code` outside. */
export function publicEventName(type: string): string {
  return type.toLowerCase().replaceAll('_', '-');
}

/** The events that whoever holds a session's token may send. */
export function holderEvents({ events }: Workflow): [type: string, event: PublicEvent][] {
  return Object.entries(events).filter(([, { sender }]) => sender === 'holder');
}

/** Eight characters that can be read out on the phone: no I, L, O or U (Crockford's base 32). */
export function referenceOf(id: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const characters = [...createHash('sha256').update(id).digest().subarray(0, 8)].map((byte) => alphabet[byte % 32]);
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}

export function dataOf(
  workflow: Workflow,
  session: Session,
  context: Session['context'],
  { vault, mask }: RepresentationParts,
): Readonly<Record<string, unknown>> {
  const personal = session.sealed === null ? {} : vault.open(session.id, session.sealed);
  return workflow.view.of({ context, masked: mask(personal) });
}

export async function representationOf(workflow: Workflow, session: Session, parts: RepresentationParts): Promise<Representation> {
  const href = `/v1/${workflow.collection}/${session.id}`;
  const { id, version, revision, status } = session;
  return {
    id,
    workflow: workflow.name,
    version,
    revision,
    status,
    state: statePath(session.value),
    outcome: status === 'done' ? statePath(session.value) : null,
    data: dataOf(workflow, session, session.context, parts),
    ...deadlinesOf(workflow, session),
    events: parts.accepted({ workflow, session }).map((type) => {
      const name = publicEventName(type);
      return { type: name, method: 'POST', href: `${href}/${name}` };
    }),
    result: await resultOf(workflow, session, parts),
    reference: referenceOf(id),
    createdAt: timeOf(session.createdAt),
    updatedAt: timeOf(session.updatedAt),
  };
}

function deadlinesOf(workflow: Workflow, session: Session): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(workflow.deadlines).map(([delay, name]) => {
      const timer = session.timers.find((candidate) => candidate.delay === delay);
      return [name, timer ? timeOf(timer.dueAt) : null];
    }),
  );
}

async function resultOf(
  workflow: Workflow,
  session: Session,
  { vault, sign, resultLifetimeMs, now }: RepresentationParts,
): Promise<{ token: string } | null> {
  if (session.endedAt === null || session.sealed === null || statePath(session.value) !== workflow.success.outcome) return null;
  const expiresAt = session.endedAt + resultLifetimeMs;
  if (now() >= expiresAt) return null;
  const personal = vault.open(session.id, session.sealed);
  const claims = Object.assign({}, ...workflow.success.claims.map((claim) => claimsOf[claim](personal)));
  return {
    token: await sign({
      sessionId: session.id,
      workflow: workflow.name,
      succeededAt: session.endedAt,
      expiresAt,
      subject: session.id,
      claims,
    }),
  };
}

const claimsOf = {
  email: (personal: Personal) => ({ email: personal['email'], email_verified: true }),
  phone: (personal: Personal) => ({ phone_number: personal['phone'], phone_number_verified: true }),
};

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
