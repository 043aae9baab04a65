// Generated from the workflows by `npm run client`. Do not edit.

/** Where the sessions of each workflow are, and which members of a session are deadlines. */
export const workflowRoutes = {
  'email-verification': { collection: 'email-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'phone-verification': { collection: 'phone-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'login-verification': { collection: 'login-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'account-setup': { collection: 'account-setups', deadlines: ['linkExpiresAt', 'endsAt'] },
  'account-change': { collection: 'account-changes', deadlines: ['expiresAt', 'canResendAt'] },
  'support-access': { collection: 'support-accesses', deadlines: ['endsAt'] },
};
