/** The module `authenticator-apps`: codes of an app as a factor of accounts (RFC 6238). */
import { authenticatorAppFigures } from '../../../machines/authenticator-app-figures.ts';
import { authenticatorRegistration } from '../../../machines/authenticator-registration-interface.ts';
import { AuthenticatorAppFactor } from '../../authenticator-apps/authenticator-app-factor.ts';
import { noticesOf } from '../../delivery/notice-text.ts';
import { AuthenticatorAppRecords } from '../../store/authenticator-app-records.ts';
import { authenticatorAppMigrations } from '../../store/module-migrations.ts';
import { accounts } from '../accounts/accounts.ts';
import { factorRemoval } from '../accounts/factor-removal.ts';
import { accountKey } from '../accounts/services.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import { defineModule } from '../module.ts';
import { authenticatorAppTexts } from './notice-texts.ts';

const purpose = 'module:authenticator-apps';

const removal = { path: '/v1/me/authenticator-app', operationId: 'removeAuthenticatorApp', title: 'the authenticator app' } as const;

export function authenticatorApps() {
  return defineModule({
    name: 'authenticator-apps',
    needs: [accounts()],
    workflows: [authenticatorRegistration],
    diagrams: builtInDiagrams,
    figures: authenticatorAppFigures,
    notices: noticesOf(authenticatorAppTexts),
    migrations: authenticatorAppMigrations,
    open: (host) => {
      const records = new AuthenticatorAppRecords(host.store.db);
      const factor = new AuthenticatorAppFactor({
        store: records,
        policy: host.figures(authenticatorAppFigures),
        serviceName: host.serviceName,
        derive: ({ id, keyId, accountId }) => host.keyring.mac(keyId, purpose, ['secret', id, accountId]),
        vault: host.vault,
      });
      host.use(accountKey).addFactor(factor);
      return { records, factor };
    },
    resolvers: {
      authenticatorRegistration: ({ factor }, host) => host.use(accountKey).registrationOf(factor, 'authenticator-registration'),
    },
    routes: ({ records, factor }, host) => [
      factorRemoval(
        {
          ...removal,
          notice: 'authenticator-app-removed',
          factor,
          remove: (...from) => records.remove(...from),
        },
        host,
      ),
    ],
    purge: ({ records }, host, at) => records.purge(at - host.retentionMs),
  });
}
