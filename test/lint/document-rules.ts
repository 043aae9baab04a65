/** The rules for texts: short entry pages, working links and file paths, sentences and comments that begin with their subject. */
import { posix } from 'node:path';
import type { SourceText, Violation } from './parsed-file.ts';

/** The most words of an entry page, so that it is read in one sitting. */
const mostWords: Readonly<Record<string, number>> = { 'README.md': 1200, 'ARCHITECTURE.md': 2000 };

/** Folders whose files documents name by their path from the root. */
const filePath = /(?<![\w./-])(?:src|machines|test|docs|examples|diagrams)\/[\w.*/-]*[\w*]/g;

/** Openings without a noun: the reader has to search for the subject. A pronoun may follow the sentence with its noun. */
const unclearOpening = (index: number) =>
  index === 0 ? /^(?:What|Whether|Nobody|Somebody|Those|Whoever|It)\b/ : /^(?:What|Whether|Nobody|Somebody|Those|Whoever)\b/;

/** Words as `wc -w` counts them, including code. */
export function longPages(documents: readonly SourceText[]): Violation[] {
  return documents.flatMap(({ path, text }) => {
    const [words, most = Number.POSITIVE_INFINITY] = [text.trim().split(/\s+/).length, mostWords[path]];
    return words > most ? [`${path} has ${words} words, more than ${most}`] : [];
  });
}

/** @param paths of all files of the repository */
export function deadLinks(documents: readonly SourceText[], paths: readonly string[]): Violation[] {
  const texts = new Map(documents.map(({ path, text }) => [path, text]));
  return documents.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        const page = texts.get(target);
        return !isThere(target, paths) || (anchor !== undefined && page !== undefined && !anchorsOf(page).includes(anchor));
      })
      .map((link) => `${path} links to ${link}, which is not there`),
  );
}

/** @param paths of all files of the repository */
export function deadPaths(documents: readonly SourceText[], paths: readonly string[]): Violation[] {
  return documents.flatMap(({ path, text }) =>
    [...withoutLinks(text).matchAll(filePath)]
      .map(([named]) => named)
      .filter((named) => !isThere(named, paths))
      .map((named) => `${path} names ${named}, which is not there`),
  );
}

/** @param scripts of package.json */
export function deadScripts(documents: readonly SourceText[], scripts: readonly string[]): Violation[] {
  return documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run ([\w:-]+)/g)]
      .filter(([, script = '']) => !scripts.includes(script))
      .map(([command]) => `${path} says ${command}, which package.json does not have`),
  );
}

export function unclearOpenings(documents: readonly SourceText[]): Violation[] {
  return documents.flatMap(({ path, text }) =>
    proseOf(text)
      .flatMap((line) => line.split(/(?<=[.!?]) +/).filter((sentence, index) => unclearOpening(index).test(sentence)))
      .map((sentence) => `${path} begins a sentence without a noun: ${sentence.slice(0, 60)}`),
  );
}

/** Comments of sources, by the rule for documents. A tag such as `@returns` begins a sentence. */
export function unclearComments(sources: readonly SourceText[]): Violation[] {
  return unclearOpenings(sources.map(({ path, text }) => ({ path, text: commentsOf(text).join('\n') })));
}

/** @returns each comment, or tag of a comment, as a line */
function commentsOf(text: string): string[] {
  const blocks = [...text.matchAll(/\/\*\*?\s([\s\S]*?)\*\//g)].map(([, block = '']) => block.replaceAll(/^\s*\*/gm, ''));
  const lines = [...text.matchAll(/(?:(?:^|\s)\/\/ .*(?:\n|$))+/gm)].map(([group]) => group.replaceAll(/(?:^|\s)\/\/ /gm, ' '));
  return [...blocks, ...lines]
    .map((comment) =>
      comment.replaceAll(/\s+/g, ' ').replaceAll(/(?:^|\s)@(?:returns |(?:param|throws|template) (?:\{.*?\} )?\S+ )/g, '\n'),
    )
    .flatMap((comment) => comment.split('\n'))
    .map((line) => line.trim().replace(/^\|/, ''));
}

/** Lines, list items and cells outside code blocks, without their marks. */
function proseOf(text: string): string[] {
  return withoutBlocks(text)
    .split('\n')
    .flatMap((line) => (line.startsWith('|') ? line.split('|') : [line]))
    .map((line) => line.replace(/^[\s>#*-]*(?:\d+\. )?[*_]*/, ''));
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

function linksOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link);
}

function withoutLinks(text: string): string {
  return text.replaceAll(/\]\([^)\s]*\)/g, ']');
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A file, a folder, or a pattern that matches a file. */
function isThere(named: string, paths: readonly string[]): boolean {
  const place = named.replace(/\/+$/, '');
  const pattern = new RegExp(`^${place.replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&').replaceAll('*', '[^/]*')}(?:/|$)`);
  return paths.some((path) => pattern.test(path));
}
