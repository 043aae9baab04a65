/** The parties of a workflow: who takes part in its sessions, how each proves it, and which parties must be different people. */

/**
 * A role that needs no declaration. `holder`: the bearer of the session's token. `owner`: a login to the account that the session is
 * about. `agent`: an admin key with a name; if the session names its agent, that agent alone. `client`: a backend with the client key that
 * started the session, or with any client key if none did. `provider`: a provider of messages or of linked accounts, at addresses of its
 * own; such an event has no public route.
 */
export type Sender = 'holder' | 'owner' | 'agent' | 'client' | 'provider';

/** A person who gets a link by a message. The link holds a token of this party alone, and opens a page with the party's events. */
export interface InvitedParty<Notice extends string = string, Detail extends string = string, Delay extends string = string> {
  readonly invited: {
    /** The personal detail with the address or number. */
    readonly to: Detail;
    /** By default, email for an address and a text message for a number. */
    readonly channel?: string;
    /** The notice that carries the link. Its texts need a `link`. */
    readonly notice: Notice;
    /** The delay whose pending timer bounds the invitation; without it, the invitation lasts as long as the session. */
    readonly until?: Delay;
  };
}

/** The owner of the account that has a verified address or number, even if the session was started without a login. */
export interface AccountParty<Detail extends string = string> {
  /** The personal detail with the address or number. */
  readonly by: Detail;
}

/** A party that a workflow declares by name. */
export type Party<Notice extends string = string, Detail extends string = string, Delay extends string = string> =
  | InvitedParty<Notice, Detail, Delay>
  | AccountParty<Detail>;

/** The roles that need no declaration. */
export const roles: readonly Sender[] = ['holder', 'owner', 'agent', 'client', 'provider'];

/** The names of parties that a workflow can't give to another party. `owner` may be declared, with the detail that finds the account. */
export const reservedRoles: readonly string[] = [...roles.filter((role) => role !== 'owner'), 'service'];

export function isInvited(party: Party | undefined): party is InvitedParty {
  return party !== undefined && 'invited' in party;
}

/** The personal detail with the address or number of a party. */
export function addressDetailOf(party: Party): string {
  return isInvited(party) ? party.invited.to : party.by;
}

/** The roles that may send an event. */
export function sendersOf({ sender }: { readonly sender: string | readonly string[] }): readonly string[] {
  return typeof sender === 'string' ? [sender] : sender;
}
