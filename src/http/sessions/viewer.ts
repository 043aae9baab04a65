/** The roles in which the sender of a request sees a session, and the scope of the sender's idempotency keys. */
import type { Caller, Owner } from '../../engine/ports.ts';
import { type AccessDeps, type AuthenticatedSender, rolesOf } from '../../engine/sessions/access.ts';
import type { Reply } from '../../engine/sessions/turn.ts';
import type { Viewer } from './representation.ts';

/**
 * An event can end its sender's role, for example by a change of an address. The answer is still for that role.
 * @param role in which the sender sent the event; by default the one that its credential names
 */
export function viewerOf(
  sender: AuthenticatedSender,
  { workflow, session, role = sender.as === 'party' ? sender.party : sender.as }: Pick<Reply, 'workflow' | 'session' | 'role'>,
  deps: AccessDeps,
): Viewer {
  const [first, ...others] = rolesOf(sender, workflow, session, deps);
  return first === undefined ? [role] : [first, ...others];
}

/** The scope of an Idempotency-Key includes the agent or the account that used it. All holders of one session's token are one caller. */
export function keyOf({ agent, owner }: Pick<Caller, 'agent'> & { readonly owner?: Pick<Owner, 'accountId'> }, key: string): string {
  if (agent) return JSON.stringify([agent.keyName, agent.name, key]);
  return owner ? JSON.stringify([owner.accountId, key]) : key;
}

/** The scope of the Idempotency-Key of an event. */
export function eventKeyOf(sender: AuthenticatedSender, key: string): string {
  switch (sender.as) {
    case 'agent':
      return keyOf({ agent: sender.agent }, key);
    case 'owner':
      return keyOf({ owner: sender }, key);
    case 'party':
      return JSON.stringify(['party', sender.party, key]);
    case 'client':
      return JSON.stringify(['client', sender.client, key]);
    default:
      return key;
  }
}
