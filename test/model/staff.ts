/** The agent who asks, in runs of the suite. */

export const agentKey = 'a-key-of-the-support-desk';

export const agentName = 'Sam';
