/** Follows the addresses in the answers of a service, from page to page, script, picture and document. */
import { expect } from 'vitest';

/** A link of an answer, and the address of the answer. */
export interface Link {
  readonly to: string;
  readonly in: string;
}

type Ask = (request: Request) => Promise<Response>;

const attribute = /\b(?:href|src|action|formaction|poster|xlink:href)="([^"]*)"/g;
const served = /\bdata-settings="([^"]*)"/g;
const scriptImport = /\b(?:from|import)\s*\(?\s*['"](\.{0,2}\/[^'"]*)['"]/g;
const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const styleUrl = /url\(\s*['"]?([^'")]*)/g;

/** The members of a JSON document that are addresses, by name. */
const addressMembers = new Set(['href', 'url', 'page', 'svg', 'overview', 'mermaid', 'json', 'machine', 'model', 'type']);

function unescaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&' };
  return text.replaceAll(/&(quot|#39|lt|gt|amp);/g, (_, name) => entities[name] ?? '');
}

/** The addresses in a JSON document: those from the root of a host, and whole ones. */
export function addressesIn(document: unknown): string[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([name, value]) =>
    typeof value === 'string' ? (addressMembers.has(name) && /^(\/|https?:)/.test(value) ? [value] : []) : addressesIn(value),
  );
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, match = '']) => unescaped(match));
}

function linksOf(type: string, text: string): string[] {
  if (type.includes('json')) return addressesIn(JSON.parse(text));
  if (type.includes('javascript')) return found(text.replaceAll(comment, ''), scriptImport);
  if (type.includes('css')) return found(text, styleUrl);
  if (!/html|svg/.test(type)) return [];
  return [...found(text, attribute), ...found(text, served).flatMap((settings) => addressesIn(JSON.parse(settings)))];
}

/** Answers of the service under one address of its own. */
export class AddressWalk {
  readonly #ask: Ask;
  readonly #root: string;
  readonly #seen = new Set<string>();

  /** @param root the address of the service, without a slash at its end */
  constructor(ask: Ask, root: string) {
    this.#ask = ask;
    this.#root = root;
  }

  get visited(): readonly string[] {
    return [...this.#seen].map((address) => address.slice(this.#root.length));
  }

  /** @returns true for an address of the service */
  isOurs(address: string): boolean {
    return address === this.#root || address.startsWith(`${this.#root}/`) || address.startsWith(`${this.#root}?`);
  }

  /** Requests a page, and everything that it and its links lead to. Each must belong to the service, and exist. */
  async from(address: string): Promise<void> {
    const waiting: Link[] = [{ to: address, in: this.#root }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) waiting.push(...(await this.#follow(next)));
  }

  /** Requests the links of an answer. @param where the address of the answer */
  async fromAnswer(where: string, type: string, text: string): Promise<void> {
    for (const link of linksOf(type, text)) await this.from(new URL(link, where).href);
  }

  async #follow({ to, in: where }: Link): Promise<Link[]> {
    const url = new URL(to, where);
    url.hash = '';
    const { href } = url;
    if (url.protocol === 'data:' || this.#seen.has(href)) return [];
    if (!this.isOurs(href)) expect.fail(`${where} links to ${href}, which is not under ${this.#root}`);
    this.#seen.add(href);
    const answer = await this.#ask(new Request(href));
    // A collection accepts only starts.
    const isThere = answer.status !== 404 || (await this.#ask(new Request(href, { method: 'POST' }))).status !== 404;
    if (!isThere) expect.fail(`${where} links to ${href}, which is not there`);
    const location = answer.headers.get('location');
    const type = answer.headers.get('content-type') ?? '';
    // The OpenAPI document names paths below its server, and the previews of messages link to made-up addresses.
    if (/\/openapi\.json$|\/sandbox\/templates\/\d+$/.test(url.pathname)) return [];
    return [...(location === null ? [] : [location]), ...linksOf(type, await answer.text())].map((link) => ({ to: link, in: href }));
  }
}
