/** Parties that must be different people: two details of a session may not hold the same address or number. */
import type { Workflow } from '../../../machines/workflow.ts';
import { InvalidBody } from '../errors.ts';
import type { Personal } from '../ports.ts';

export interface RecipientDeps {
  /** The form in which two spellings of an address or a number are equal; `plainRecipient` by default. */
  readonly recipient?: (typed: string) => string;
}

/** The form without spaces around it and without capitals. */
export function plainRecipient(typed: string): string {
  return typed.trim().toLowerCase();
}

/**
 * The address without a tag: `jane+work@example.com` is usually one mailbox with `jane@example.com` (RFC 5233), and one person must not be two
 * parties. A stricter rule would have to know how each provider reads its addresses.
 */
function mailbox(recipient: string): string {
  return recipient.replace(/^([^+@]+)\+[^@]*@/, '$1@');
}

/** The code of the problem. */
const mustDiffer = 'parties-must-differ';

/** @throws InvalidBody if two details that must differ are the same address or number. The message contains neither */
export function assertDifferent(
  { differ = [] }: Workflow,
  personal: Personal,
  body: Readonly<Record<string, unknown>>,
  { recipient = plainRecipient }: RecipientDeps,
): void {
  for (const pair of differ) {
    const [first, second] = pair.map((name) => personal[name]);
    if (first === undefined || second === undefined || mailbox(recipient(first)) !== mailbox(recipient(second))) continue;
    const given = [...pair].reverse().find((name) => Object.hasOwn(body, name));
    throw new InvalidBody(given === undefined ? '' : `/${given}`, `${pair[0]} and ${pair[1]} must be different people`, mustDiffer);
  }
}
