/** The part of a thrown error that a log may hold: its name and the frames of its stack. A message can hold personal details. */

export interface ThrownError {
  readonly name: string;
  /** The calls that led to the error, innermost first. */
  readonly frames: readonly string[];
}

/** The longest chain of causes in the log. An error can be its own cause. */
const mostCauses = 5;

/** A frame as V8 writes it. Its end is a place in a file, or native code. */
const frame = /^ {4}at (?<call>.*(:\d+:\d+|native|<anonymous>|index \d+)\)?)$/;

/** @returns the error and its causes, the outermost first */
export function thrownErrors(thrown: unknown): readonly ThrownError[] {
  const errors: ThrownError[] = [];
  for (let error = thrown; error instanceof Error && errors.length < mostCauses; error = error.cause)
    errors.push({ name: nameOf(error), frames: framesOf(error) });
  return errors;
}

/** @returns the name of the error; `unknown` for a value that is no error */
export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'unknown';
}

/** A message can have several lines, and one of them can look like a frame. The frames are the last lines of the stack. */
function framesOf({ name, message, stack }: Error): string[] {
  if (typeof stack !== 'string') return [];
  const heading = message === '' ? name : `${name}: ${message}`;
  const lines = (stack.startsWith(heading) ? stack.slice(heading.length) : stack).split('\n');
  const calls = lines.map((line) => frame.exec(line)?.groups?.['call']);
  return calls.slice(calls.lastIndexOf(undefined) + 1).filter((call) => call !== undefined);
}
