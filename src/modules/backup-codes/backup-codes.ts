/** The module `backup-codes`: codes on paper as a factor of accounts, each good once. */
import { backupCodeFigures } from '../../../machines/backup-code-figures.ts';
import { backupCodeReplacement } from '../../../machines/backup-code-replacement-interface.ts';
import { BackupCodeFactor } from '../../backup-codes/backup-code-factor.ts';
import { noticesOf } from '../../delivery/notice-text.ts';
import { BackupCodeRecords } from '../../store/backup-code-records.ts';
import { backupCodeMigrations } from '../../store/module-migrations.ts';
import { accounts } from '../accounts/accounts.ts';
import { factorRemoval } from '../accounts/factor-removal.ts';
import { accountKey } from '../accounts/services.ts';
import { builtInDiagrams } from '../built-in-diagrams.ts';
import { defineModule } from '../module.ts';
import { backupCodeTexts } from './notice-texts.ts';

const purpose = 'module:backup-codes';

const removal = { path: '/v1/me/backup-codes', operationId: 'removeBackupCodes', title: 'the backup codes' } as const;

export function backupCodes() {
  return defineModule({
    name: 'backup-codes',
    needs: [accounts()],
    workflows: [backupCodeReplacement],
    diagrams: builtInDiagrams,
    figures: backupCodeFigures,
    order: [['backupCodesWarning', 'backupCodes']],
    notices: noticesOf(backupCodeTexts),
    migrations: backupCodeMigrations,
    open: (host) => {
      const { keyring } = host;
      const records = new BackupCodeRecords(host.store.db);
      const factor = new BackupCodeFactor({
        store: records,
        policy: host.figures(backupCodeFigures),
        derive: ({ id, keyId, accountId }, number) => keyring.mac(keyId, purpose, ['code', id, accountId, String(number)]),
        hash: (keyId, accountId, code) => keyring.mac(keyId, purpose, ['hash', accountId, code]).toString('base64url'),
        currentKeyId: keyring.currentId,
        keyIds: keyring.ids,
      });
      host.use(accountKey).addFactor(factor);
      return { records, factor };
    },
    resolvers: {
      backupCodeReplacement: ({ factor }, host) => host.use(accountKey).registrationOf(factor, 'backup-code-replacement'),
    },
    routes: ({ records, factor }, host) => [
      factorRemoval(
        {
          ...removal,
          notice: 'backup-codes-removed',
          factor,
          remove: (...from) => records.remove(...from),
        },
        host,
      ),
    ],
    purge: ({ records }, host, at) => records.purge(at - host.retentionMs),
  });
}
