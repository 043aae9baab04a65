/** An account whose owner has verified a mobile number. */
import type { LoginAccount } from '../../src/resolvers/login-account.ts';

export function accountWith(phone: string): LoginAccount {
  return {
    id: '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d',
    email: 'ada@example.com',
    phone,
    phoneVerified: true,
    line: 'mobile',
    country: 'FR',
    locale: null,
    passwordVersion: 0,
    changes: 0,
  };
}
