/** Password work for tests of accounts: one at a time, with hashes that take no time. */
import { GuessEstimator } from '../../src/accounts/guess-estimator.ts';
import { PasswordStrength } from '../../src/accounts/password-strength.ts';
import { Passwords } from '../../src/accounts/passwords.ts';
import { FairQueue } from '../../src/engine/fair-queue.ts';

const queue = new FairQueue({ concurrency: 1 });

export const passwordWork = {
  passwords: new Passwords({ queue, light: true }),
  strength: new PasswordStrength({ queue, estimator: new GuessEstimator(), serviceName: 'Acme Verify', shortest: 8 }),
};

/** A hash for accounts whose password no test enters. */
export const storedHash = '$2b$12$C6UzMDM.H6dfI/f/IKcEe.eJ5zUJFvZg4y6oP3mS5PqH5mFZ6Qbq2';
