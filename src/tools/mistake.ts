/** A usage error. The command prints its message as one line, without a stack. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}
