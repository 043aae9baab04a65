/** The senders of moves. */
import { isInvited } from '../../../machines/parties.ts';
import { type Payload, sendersOf, type Workflow } from '../../../machines/workflow.ts';

/** The role that sends an event with a payload: the one that the payload names, or the first of its senders. */
export function senderOf({ events }: Workflow, type: string, payload: Payload): string {
  const event = events[type];
  if (event === undefined) throw new Error(`There is no event ${type}`);
  const named = event.senderIn === undefined ? undefined : payload[event.senderIn];
  return named === undefined ? (sendersOf(event)[0] ?? '') : String(named);
}

/** True if an invited party sends the event. Before its invitation, the party has no way to send anything. */
export function isFromInvited(workflow: Workflow, type: string, payload: Payload): boolean {
  return isInvited(workflow.parties?.[senderOf(workflow, type, payload)]);
}
