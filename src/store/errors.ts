/** What an operator has to put right before the store can be opened. The message is one line that says so. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
