/** A fault that the operator must correct before the store can open. The message says how, in one line. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
