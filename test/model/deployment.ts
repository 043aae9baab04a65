/**
 * The settings of a service that paths are driven through, besides a database: an agent's key, figures, and a provider to link accounts of.
 */
import { readFileSync } from 'node:fs';
import { agentKey, standIn } from '../../src/testing/participants/outside-parties.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { type DatabaseKind, policyFile, type TestDatabase, testDatabase, testFigures } from '../support/service.ts';
import { read } from '../support/settings.ts';

/** The issuer and the return addresses, which all processes share: each accepts the logins of the others. */
const publicUrl = 'https://verify.example.com';

/** @param figures replaces figures of the product; or is the value of `POLICY` */
export async function deploymentOn(kind: DatabaseKind, figures: object | string): Promise<TestDatabase> {
  const { environment, remove } = await testDatabase(kind);
  const own = typeof figures === 'string' ? read({ POLICY: figures }, (path) => readFileSync(path, 'utf8')).policy : figures;
  const provider = await startOpenIdProvider(standIn, () => `${publicUrl}/oauth/callback`);
  const settings = { PUBLIC_URL: publicUrl, ADMIN_KEYS: `desk:${agentKey}`, OIDC_PROVIDERS: JSON.stringify([provider.setting]) };
  return {
    environment: { ...environment, ...settings, POLICY: await policyFile(environment['DATA_DIR'] ?? '', { ...own, ...testFigures }) },
    remove: async () => {
      await provider.close();
      await remove();
    },
  };
}
