// Generated from the workflows by `npm run client`. Do not edit.

/** The collection of each workflow, and the members of its sessions that are deadlines. */
export const workflowRoutes = {
  'email-verification': { collection: 'email-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'phone-verification': { collection: 'phone-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'login-verification': { collection: 'login-verifications', deadlines: ['expiresAt', 'canResendAt'] },
  'account-setup': { collection: 'account-setups', deadlines: ['linkExpiresAt', 'endsAt'] },
  'account-change': { collection: 'account-changes', deadlines: ['expiresAt', 'canResendAt'] },
  'support-access': { collection: 'support-accesses', deadlines: ['endsAt'] },
};
