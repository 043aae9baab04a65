/** Removes links between accounts and providers. */
import type { Accounts } from '../../accounts/accounts.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Owner } from '../../engine/ports.ts';

/**
 * Removes links. The notice to the owner is committed first, as a task of the requesting login. If the removal then fails, the owner gets a
 * notice too early and repeats the request; a removal without a notice would be worse. Several requests for one link, from any logins, send
 * one notice.
 */
export function unlinking(accounts: Accounts, engine: Engine): (login: Owner, linkId: string) => Promise<boolean> {
  return async ({ accountId, sessionId }, linkId) => {
    const links = await accounts.links(accountId);
    if (!links.some(({ id }) => id === linkId)) return false;
    await engine.addDetachedTask(sessionId, { src: 'notifyOwner', input: { notice: 'link-removed', link: linkId } });
    return accounts.unlink(accountId, linkId);
  };
}
