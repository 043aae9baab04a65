/** A mistake of the person who runs the command: one line says it, without a stack. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}
