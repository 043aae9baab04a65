/** The events of a machine that links an account elsewhere. */

/** The answer that a person brings back: they agreed, they declined, or the provider failed or refused the request of this service. */
export type ProviderAnswer = 'granted' | 'declined' | 'failed';

export type LinkingEvent =
  | { type: 'LINK_ACCOUNT' }
  | { type: 'PROVIDER_RETURNED'; answer: ProviderAnswer }
  | { type: 'CONFIRM_LINK'; correct: boolean };
