/** The events of a machine that links an account elsewhere. */
export type LinkingEvent =
  | { type: 'LINK_ACCOUNT' }
  /** `granted`: the person agreed. */
  | { type: 'PROVIDER_RETURNED'; granted: boolean }
  | { type: 'CONFIRM_LINK'; correct: boolean };
