/** The agent who asks, and the provider that people link an account of, in runs of the suite. */

export const agentKey = 'a-key-of-the-support-desk';

export const agentName = 'Sam';

/** What the provider is called. */
export const standIn = 'stand-in';
