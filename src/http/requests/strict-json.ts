/**
 * Checks that JSON has a single meaning (RFC 7493, I-JSON). No object has a key twice, because parsers differ in which value they take.
 * No text has a NUL or half a surrogate pair, because a database can't store them.
 */

export interface JsonFault {
  /** The JSON pointer to the error. */
  readonly path: string;
  readonly message: string;
}

/** An object or array not yet closed at the current position. */
interface Open {
  /** The keys so far; null for an array. */
  readonly keys: Set<string> | null;
  /** The current key or index. */
  at: string | number;
}

/** No schema is deeper than five levels. A body of 64 KiB can open 64,000 arrays, and following them would take 20 ms. */
const mostLevels = 32;

/** Enough characters to recognise a key. */
const longestShownKey = 60;

const tooDeep: JsonFault = { path: '', message: `Nested more than ${mostLevels} levels deep` };

/**
 * Checks text that JSON.parse has accepted, one character at a time: a second parser would cost more than the first.
 * @returns the first error; null if there is none
 */
export function faultIn(text: string): JsonFault | null {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        const fault = stringFault(text, at, end, open);
        if (fault !== null) return fault;
        at = end;
        break;
      }
      case '{':
        open.push({ keys: new Set(), at: '' });
        if (open.length > mostLevels) return tooDeep;
        break;
      case '[':
        open.push({ keys: null, at: 0 });
        if (open.length > mostLevels) return tooDeep;
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        nextElement(open.at(-1));
        break;
    }
  }
  return null;
}

/** The position of the string's closing quotation mark. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function stringFault(text: string, start: number, end: number, open: readonly Open[]): JsonFault | null {
  const raw = text.slice(start + 1, end);
  const isEscaped = raw.includes('\\');
  const content: string = isEscaped ? JSON.parse(text.slice(start, end + 1)) : raw;
  const inner = open.at(-1);
  if (inner?.keys && isKey(text, end)) {
    const isRepeated = inner.keys.has(content);
    inner.keys.add(content);
    inner.at = content;
    if (isRepeated) return { path: pointer(open), message: `The key '${content.slice(0, longestShownKey)}' comes twice` };
  }
  // Both can appear in JSON only as an escape.
  if (isEscaped && /[\0\p{Cs}]/u.test(content)) return { path: pointer(open), message: 'A text holds a NUL or half a surrogate pair' };
  return null;
}

/** A key is always followed by a colon, and no value is. */
function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

function nextElement(inner: Open | undefined): void {
  if (typeof inner?.at === 'number') inner.at += 1;
}

function pointer(open: readonly Open[]): string {
  return open.map(({ at }) => `/${String(at).slice(0, longestShownKey).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
