/** The committed pictures of the workflows, read once at the start. A missing picture is reported as missing and stops nothing. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressOf } from '../addresses.ts';

/** The forms of a committed machine, with the ending of each file. */
const forms = {
  svg: { ending: '.svg', type: 'image/svg+xml' },
  overview: { ending: '.overview.svg', type: 'image/svg+xml' },
  mermaid: { ending: '.mmd', type: 'text/plain; charset=utf-8' },
  json: { ending: '.json', type: 'application/json' },
} as const;

type Form = keyof typeof forms;

export interface DiagramFile {
  readonly type: string;
  readonly text: string;
  /** The hashes of the picture's styles, for a content security policy. */
  readonly styleHashes: readonly string[];
}

/** A picture as part of a page. */
export interface InlinePicture {
  /** Without its style sheet, because the page's policy forbids inline styles. */
  readonly markup: string;
  readonly style: string;
}

/** A picture's links to the pages of other workflows, as the diagrams are drawn. */
const pageLink = 'href="/diagrams?';

const styleElement = /<style>([\s\S]*?)<\/style>/g;

/** A delay with its length in a drawn machine. The page compares it with the running machine. */
export interface Figure {
  /** The name of the delay. */
  readonly name: string;
  readonly ms: number;
}

export class DiagramFiles {
  readonly #files = new Map<string, DiagramFile>();
  readonly #addressOf: AddressOf;

  /** @param folders by workflow name, the folders of the committed pictures; a folder may be missing */
  constructor(folders: Readonly<Record<string, string>>, addressOf: AddressOf) {
    this.#addressOf = addressOf;
    const page = addressOf('/diagrams').replaceAll('&', '&amp;');
    for (const [workflow, folder] of Object.entries(folders)) {
      for (const { ending, type } of Object.values(forms)) {
        const text = textOf(join(folder, workflow + ending))?.replaceAll(pageLink, `href="${page}?`);
        if (text !== undefined) this.#files.set(workflow + ending, { type, text, styleHashes: styleHashes(text) });
      }
    }
  }

  /** @param name the file's name, with its ending */
  named(name: string): DiagramFile | undefined {
    return this.#files.get(name);
  }

  names(): string[] {
    return [...this.#files.keys()];
  }

  /** The addresses of a workflow's page and files; null for a missing file. */
  links(workflow: string): Readonly<Record<Form, string | null>> & { readonly page: string } {
    const link = (form: Form) => {
      const name = workflow + forms[form].ending;
      return this.#files.has(name) ? this.#addressOf(`/diagrams/${name}`) : null;
    };
    return {
      page: this.#addressOf(`/diagrams?workflow=${workflow}`),
      svg: link('svg'),
      overview: link('overview'),
      mermaid: link('mermaid'),
      json: link('json'),
    };
  }

  picture(workflow: string, form: 'svg' | 'overview'): InlinePicture | null {
    const file = this.#files.get(workflow + forms[form].ending);
    if (file === undefined) return null;
    const style = [...file.text.matchAll(styleElement)].map(([, text]) => text ?? '').join('\n');
    return { markup: file.text.replaceAll(styleElement, ''), style };
  }

  /** @returns the version of the committed drawing and its figures; null if the drawing is missing or malformed */
  drawn(workflow: string): { readonly version: number; readonly figures: readonly Figure[] } | null {
    const file = this.#files.get(workflow + forms.json.ending);
    if (file === undefined) return null;
    try {
      const { version, transitions } = JSON.parse(file.text);
      return { version, figures: figuresOf(transitions) };
    } catch {
      return null;
    }
  }
}

/** The figures in the transitions of a machine, each once. */
export function figuresOf(
  transitions: readonly { readonly delay: { readonly name: string; readonly ms: number | null } | null }[],
): Figure[] {
  const figures = new Map(
    transitions.flatMap(({ delay }) => (delay === null || delay.ms === null ? [] : [[delay.name, delay.ms] as const])),
  );
  return [...figures].map(([name, ms]) => ({ name, ms }));
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

function styleHashes(text: string): string[] {
  return [...text.matchAll(styleElement)].map(([, style]) => `'sha256-${hashOf(style ?? '', 'base64')}'`);
}

function hashOf(text: string, encoding: 'base64' | 'base64url'): string {
  return createHash('sha256').update(text).digest(encoding);
}
