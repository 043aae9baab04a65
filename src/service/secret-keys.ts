/** The secret keys of the service: configured ones, or generated ones in the data folder. */
import { type Config, secretKeysOf } from '../config/config.ts';
import { secretKeysFile } from '../secrets/key-file.ts';
import { Keyring } from '../secrets/keyring.ts';
import { makePrivateFolder } from '../store/private-files.ts';

export async function openKeyring({ secretKeys, dataDir }: Config): Promise<Keyring> {
  if (secretKeys !== null) return new Keyring(secretKeys);
  await makePrivateFolder(dataDir);
  return new Keyring(secretKeysOf(secretKeysFile(dataDir)) ?? []);
}
