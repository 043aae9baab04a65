/** The agent who requests access, and the provider whose accounts people link, in runs of the suite. */

export const agentKey = 'a-key-of-the-support-desk';

export const agentName = 'Sam';

/** The name of the provider. */
export const standIn = 'stand-in';
