/** The audit log of admins and agents, as the store implements it. */

export interface AuditEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly keyName: string;
  /** The name of the agent, as the request states it; null if it states none. */
  readonly agent: string | null;
  /** Method and route: `GET /admin/accounts/:id`. */
  readonly action: string;
  readonly accountId: string | null;
  readonly sessionId: string | null;
  /** The HTTP status of the answer; null while there is none. */
  readonly status: number | null;
}

/** The account and the session that a request turned out to concern. */
export interface Subject {
  readonly accountId?: string;
  /** The session. For a read of personal details, the support access that permits it. */
  readonly sessionId?: string;
}

export interface AuditLog {
  /** Records a request before it has an effect. */
  begin(entry: Omit<AuditEntry, 'status'>): Promise<void>;
  end(id: string, status: number, subject: Subject): Promise<void>;
}
