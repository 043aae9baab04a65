/** A password that the service accepts. */
export const goodPassword = 'a quiet evening in Porto';
