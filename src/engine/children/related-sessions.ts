/** The sessions that belong together: a parent and the child that it waits for. */
import type { Session } from '../session.ts';

/** The child session that the machine waits for; null if there is none. */
export function childOf({ tasks }: Pick<Session, 'tasks'>): { readonly workflow: string; readonly id: string } | null {
  for (const { src, child } of tasks) if (typeof child === 'string') return { workflow: src, id: child };
  return null;
}

/**
 * The sessions whose tasks delay an answer about a session: the session itself and the child that it waits for. For an ended child, also
 * the parent: the client's next request is about the parent.
 * @param known the session in this process's cache
 */
export function relatedSessions(id: string, known: (id: string) => Session | null): ReadonlySet<string> {
  const related = new Set([id]);
  // The loop also visits the entries that it adds.
  for (const each of related) {
    const session = known(each);
    const child = session && childOf(session);
    if (child) related.add(child.id);
    if (session?.parent && session.status === 'done') related.add(session.parent.id);
  }
  return related;
}
