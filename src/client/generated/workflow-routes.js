// Generated from the workflows by `npm run client`. Do not edit.

/** The collection of each workflow, the members of its sessions that are deadlines, and the outcome that is its success. */
export const workflowRoutes = {
  'email-verification': { collection: 'email-verifications', deadlines: ['expiresAt', 'canResendAt'], success: 'verified' },
  'phone-verification': { collection: 'phone-verifications', deadlines: ['expiresAt', 'canResendAt'], success: 'verified' },
  'login-verification': { collection: 'login-verifications', deadlines: ['expiresAt', 'canResendAt'], success: 'authenticated' },
  'account-setup': { collection: 'account-setups', deadlines: ['linkExpiresAt', 'endsAt'], success: 'complete' },
  'account-change': { collection: 'account-changes', deadlines: ['expiresAt', 'canResendAt'], success: null },
  'support-access': { collection: 'support-accesses', deadlines: ['endsAt'], success: null },
  'passkey-registration': { collection: 'passkey-registrations', deadlines: ['expiresAt', 'canResendAt'], success: null },
  'passkey-login': { collection: 'passkey-logins', deadlines: ['expiresAt'], success: 'authenticated' },
  'device-unlock': { collection: 'device-unlocks', deadlines: ['expiresAt'], success: 'unlocked' },
  'authenticator-registration': { collection: 'authenticator-registrations', deadlines: ['expiresAt', 'canResendAt'], success: null },
  'backup-code-replacement': { collection: 'backup-code-replacements', deadlines: ['expiresAt', 'canResendAt'], success: null },
};
