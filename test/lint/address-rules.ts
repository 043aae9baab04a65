/** Addresses of the service are made by `addressOf`: an address from the root of the host leads elsewhere under a prefix. */
import type { Node } from 'oxc-parser';
import { inspect, unless } from './construct-rules.ts';
import type { ParsedFile, Violation } from './parsed-file.ts';

/** Each file that may write such an address, with the reason. */
const writers: Readonly<Record<string, string>> = {
  'src/diagrams/svg.ts': 'draws pictures that are committed, where no prefix is known',
  'src/http/diagrams/diagram-files.ts': 'puts the prefix into these pictures',
};

/** Functions that send a browser or a request to the address in their first or second argument. */
const senders = new Set(['fetch', 'redirect', 'createClient', 'open']);

/** True for a text that starts at the root of a host. Two slashes start a comment, or the name of a host. */
function isRooted(node: Node | null | undefined): boolean {
  if (node?.type === 'Literal') return typeof node.value === 'string' && /^\/(?!\/)/.test(node.value);
  return node?.type === 'TemplateLiteral' && /^\/(?!\/)/.test(node.quasis[0]?.value.raw ?? '');
}

function nameOf(node: Node): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node.property) : null;
}

/** In src/: links, imports, redirections and requests. */
export function rootedAddresses(files: readonly ParsedFile[]): Violation[] {
  const bound = files.filter(({ path }) => path.startsWith('src/'));
  return unless(writers, bound, addressesFromRoot);
}

function addressesFromRoot(file: ParsedFile): Violation[] {
  const what = 'starts at the root of the host, and breaks under a prefix: addressOf makes the address';
  return inspect(file, (report) => ({
    TemplateElement(node) {
      if (/\b(?:href|src|action)=["']?\/(?!\/)/.test(node.value.raw)) report(node, what);
    },
    Literal(node) {
      if (typeof node.value === 'string' && /\b(?:href|src|action)=["']?\/(?!\/)/.test(node.value)) report(node, what);
    },
    Property(node) {
      if (/^(?:href|src|action|location)$/i.test(nameOf(node.key) ?? '') && isRooted(node.value)) report(node, what);
    },
    ImportDeclaration(node) {
      if (isRooted(node.source)) report(node, what);
    },
    CallExpression(node) {
      const [first, second] = node.arguments;
      if (senders.has(nameOf(node.callee) ?? '') && isRooted(first)) report(node, what);
      if (nameOf(node.callee) === 'header' && first && /^location$/i.test(nameOf(first) ?? '') && isRooted(second)) report(node, what);
    },
  }));
}
