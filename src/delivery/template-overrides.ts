/**
 * A deployment's own templates: Liquid files named `<channel>.<language>.<part>.liquid`. All are read and parsed when the
 * service starts; none is looked up later.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Liquid } from 'liquidjs';
import { type Channel, type CodeMessage, channels } from './message.ts';
import { deviceText, singleLine, wholeMinutes } from './template-text.ts';

export type Part = 'subject' | 'text' | 'html';

export interface TemplateValues {
  readonly serviceName: string;
  /** Where people get help; null leaves the sentence out. */
  readonly supportUrl: string | null;
  /** The host that codes are to be entered at. */
  readonly domain: string;
}

/** Renders one part of a message. Throws where the template can't be rendered. */
export type PartTemplate = (message: CodeMessage, values: TemplateValues) => string;

export const partsOf: Readonly<Record<Channel, readonly Part[]>> = {
  email: ['subject', 'text', 'html'],
  sms: ['text'],
  voice: ['text'],
};

/** By channel, language and part. */
export type TemplateOverrides = Readonly<Record<Channel, ReadonlyMap<string, ReadonlyMap<Part, PartTemplate>>>>;

export const noOverrides: TemplateOverrides = { email: new Map(), sms: new Map(), voice: new Map() };

/**
 * @returns the templates of a folder; files that are not named `….liquid` are none of them
 * @throws Error in one line that names the file, for a name or a template that can't be read
 */
export function readTemplateOverrides(folder: string): TemplateOverrides {
  const overrides = { email: new Map(), sms: new Map(), voice: new Map() } satisfies Record<Channel, Map<string, Map<Part, PartTemplate>>>;
  const names = readdirSync(folder).filter((name) => name.endsWith('.liquid'));
  for (const name of names.sort()) {
    const { channel, language, part } = namedParts(name);
    const parts: Map<Part, PartTemplate> = overrides[channel].get(language) ?? new Map();
    overrides[channel].set(language, parts.set(part, partTemplate(name, part, readFileSync(join(folder, name), 'utf8'))));
  }
  return overrides;
}

function namedParts(name: string): { channel: Channel; language: string; part: Part } {
  const [, before = '', language = '', after = ''] = /^([a-z]+)\.([a-z]{2,3})\.([a-z]+)\.liquid$/.exec(name) ?? [];
  const channel = channels.find((known) => known === before);
  const part = channel && partsOf[channel].find((known) => known === after);
  if (channel && part) return { channel, language, part };
  const pattern = channels.map((known) => `${known}.<language>.${partsOf[known].join('|')}.liquid`).join(', ');
  throw new Error(`${name} is not named as a template is: ${pattern}`);
}

// A message is rendered in well under a millisecond and has some kilobytes: what needs more is a mistake.
const limits = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 1_000_000 };

/** No files at all: what a template includes is nowhere. */
const strict = { ...limits, templates: {}, strictVariables: true, strictFilters: true, ownPropertyOnly: true };

const plain = new Liquid(strict);
const escaping = new Liquid({ ...strict, outputEscape: 'escape' });

function partTemplate(name: string, part: Part, source: string): PartTemplate {
  const engine = part === 'html' ? escaping : plain;
  const template = named(name, () => engine.parse(source));
  return (message, values) => {
    const text = named(name, () => String(engine.renderSync(template, variablesOf(message, values))));
    return part === 'subject' ? singleLine(text) : text.trimEnd();
  };
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // The first line: what follows quotes the template, and with it what was to be shown.
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw new Error(`${name}: ${line}`, { cause: error });
  }
}

function variablesOf(message: CodeMessage, { serviceName, supportUrl, domain }: TemplateValues): Readonly<Record<string, unknown>> {
  return {
    serviceName: singleLine(serviceName),
    supportUrl,
    domain,
    code: message.code,
    confirms: message.confirms,
    digits: Array.from(message.code),
    deviceType: deviceText(message.device.type),
    deviceName: deviceText(message.device.name),
    expiresAt: new Date(message.expiresAt).toISOString(),
    minutes: wholeMinutes(message.validForMs),
  };
}
