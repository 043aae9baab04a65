/** The events of random walks through the machine of an email verification: those of people, of its task and of its timers. */
export const emailVerificationEvents = [
  { type: 'SUBMIT_CODE', correct: true },
  { type: 'SUBMIT_CODE', correct: false },
  { type: 'RESEND_CODE' },
  { type: 'REQUEST_NEW_CODE' },
  { type: 'CHANGE_EMAIL', changed: true },
  { type: 'CHANGE_EMAIL', changed: false },
  { type: 'CANCEL' },
  { type: 'xstate.done.actor.deliverCode' },
  { type: 'xstate.error.actor.deliverCode' },
  { type: 'xstate.after.codeLifetime.email-verification.codeActive' },
  { type: 'xstate.after.resendCooldown.email-verification.codeActive.cooldown' },
  { type: 'xstate.after.sessionLifetime.email-verification' },
] as const;
