/** The surroundings of the participants in a run. */
import type { PlayedEnd } from '../graph/schedule.ts';
import type { BodyWriter } from './bodies.ts';
import type { IdentityProvider } from './linked-account.ts';

export interface Surroundings {
  readonly provider: IdentityProvider | null;
  /** Ends a task that the test plays. */
  readonly endTask: (sessionId: string, end: PlayedEnd) => Promise<void>;
  /** The key of the client that starts sessions; null without one. */
  readonly clientKey: string | null;
  /** The writers of bodies, by resolver. */
  readonly writers: Readonly<Record<string, BodyWriter>>;
}
