/** What a service that paths are driven through needs, besides a database: an agent's key, figures, and a provider to link accounts of. */
import { readFileSync } from 'node:fs';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { type DatabaseKind, policyFile, type TestDatabase, testDatabase, testFigures } from '../support/service.ts';
import { read } from '../support/settings.ts';
import { agentKey, standIn } from './agent.ts';

/** One issuer: what a login proves to one process, it proves to the other; and where the provider sends people back to. */
const publicUrl = 'https://verify.example.com';

/** @param figures those of the policy that are not the product's own; or what `POLICY` is set to */
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
