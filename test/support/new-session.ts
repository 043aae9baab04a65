/** A session that is about to start, for resolvers that are called alone. */
export const newSession = { id: '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d', keyId: 'a', workflow: 'account-change', at: 0 } as const;
