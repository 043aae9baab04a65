/** The account of a login, a change or a registration: its personal details in the session, and the channels that reach its owner. */
import type { Channel } from '../../machines/workflow.ts';
import type { Personal } from '../engine/ports.ts';

/** The parts of an account that a login needs. */
export interface LoginAccount {
  readonly id: string;
  readonly email: string;
  readonly phone: string | null;
  /** False if the owner has not verified the number. An unverified number gets no code. */
  readonly phoneVerified: boolean;
  readonly line: 'mobile' | 'landline' | null;
  readonly country: string | null;
  readonly locale: string | null;
  readonly passwordVersion: number;
  /** The number of changes of the password, the address or the number. */
  readonly changes: number;
}

/** Counts a guess at a code. @returns null if it may be compared; `outdated` if the account has changed; otherwise the end of the block */
export type ReserveGuess = (guess: {
  readonly accountId: string;
  readonly id: string;
  readonly authenticator: 'telephone' | 'address' | 'factor';
  readonly changes: number;
  readonly at: number;
}) => Promise<{ readonly until: number | null } | 'outdated' | null>;

/** The personal details of a session about its account, with the versions of the account that they come from. */
export function ownerOf(account: LoginAccount): Personal {
  const { id, email, country, passwordVersion, changes } = account;
  const { phone, line } = reachable(account);
  return {
    accountId: id,
    // Codes are derived from the destination: the same code for every channel, another for every account.
    destination: id,
    email,
    passwordVersion: String(passwordVersion),
    changes: String(changes),
    ...(phone === null || line === null ? {} : { phone, line }),
    ...(country === null ? {} : { country }),
  };
}

/** The verified number of an account. An unverified number counts as none. */
function reachable({ phone, line, phoneVerified }: LoginAccount): Pick<LoginAccount, 'phone' | 'line'> {
  return phoneVerified ? { phone, line } : { phone: null, line: null };
}

/** The channels to the telephone of an account, the preferred one first; empty without a telephone. */
export function phoneChannels(account: LoginAccount): Channel[] {
  const { line } = reachable(account);
  return line === null ? [] : line === 'landline' ? ['voice'] : ['sms', 'voice'];
}

/**
 * The channel of a code that confirms a change: the requested one if it reaches the telephone of the account. Without a telephone the code
 * goes by email.
 */
export function stepUpChannel(wanted: unknown, account: LoginAccount, can: (channel: Channel) => boolean): Channel {
  const channels = phoneChannels(account);
  const possible = channels.filter(can);
  return possible.find((channel) => channel === wanted) ?? possible[0] ?? channels[0] ?? 'email';
}

/** The requested channel if the account has it; otherwise the preferred one. */
export function channelOf(wanted: unknown, account: LoginAccount, can: (channel: Channel) => boolean): Channel {
  const possible = [...phoneChannels(account), 'email' as const].filter(can);
  return possible.find((channel) => channel === wanted) ?? possible[0] ?? 'email';
}
