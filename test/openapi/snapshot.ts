/** The snapshot of the OpenAPI document: its text, and its differences from a document. */
import { breaksBetween, contractOf, type Document } from './comparison.ts';
import { isRecord } from './schema-comparison.ts';

/** A list of texts, over several lines. */
const texts = /\[\s+((?:"[^"\n]*",?\s+)+)\]/g;

/** The document for programs, with a line for each member and each list of texts, so that a change shows as changed lines. */
export function textOf(document: Document): string {
  const spread = JSON.stringify(contractOf(document), null, 1);
  return `${spread.replaceAll(texts, (_, list: string) => `[${list.trim().replaceAll(/\s*\n\s*/g, ' ')}]`)}\n`;
}

/** @returns the parsed snapshot; null without one */
export function parsed(text: string | null): Document | null {
  const document: unknown = text === null ? null : JSON.parse(text);
  return isRecord(document) ? document : null;
}

/** @param isCheck true if a stale snapshot is a fault; false if it is about to be written @returns a line for each fault */
export function judge(snapshot: Document | null, present: Document, isCheck: boolean): string[] {
  const breaks = snapshot === null ? [] : breaksBetween(snapshot, contractOf(present));
  if (breaks.length > 0) return [...breaks, 'Clients of the former version would break. If that is meant: npm run openapi -- --breaking'];
  const isStale = snapshot === null || textOf(snapshot) !== textOf(present);
  return isCheck && isStale ? ['test/openapi/snapshot.json is stale: run npm run openapi'] : [];
}
