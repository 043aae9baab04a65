/** The names of components and operations. */

/** `EventNotAccepted` for `event-not-accepted`. */
export function pascalCase(text: string): string {
  return text.split('-').map(capitalised).join('');
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
