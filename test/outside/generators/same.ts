/** True if the two types are one. Assignability alone would accept `string` for `string | null`. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
