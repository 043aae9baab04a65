/**
 * A deployment's own templates: Liquid files named `<channel>.<language>.<part>.liquid`. The service reads and parses all of them when it
 * starts, and reads none later.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Liquid } from 'liquidjs';
import type { ChannelDefinition, Part, TemplateValues } from './channel.ts';
import type { CodeMessage } from './message.ts';
import { deviceText, singleLine, wholeMinutes } from './template-text.ts';

/** Renders one part of a message. @throws Error if the template can't be rendered */
export type PartTemplate = (message: CodeMessage, values: TemplateValues) => string;

/** By channel, language and part. */
export type TemplateOverrides = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<Part, PartTemplate>>>;

type Channels = Readonly<Record<string, ChannelDefinition>>;

/**
 * @returns the templates of a folder; files without the extension `.liquid` are ignored
 * @throws Error in one line that names the file, for an invalid name or template
 */
export function readTemplateOverrides(folder: string, channels: Channels): TemplateOverrides {
  const overrides = new Map<string, Map<string, Map<Part, PartTemplate>>>();
  const names = readdirSync(folder).filter((name) => name.endsWith('.liquid'));
  for (const name of names.sort()) {
    const { channel, language, part } = templateNamed(name, channels);
    const languages = overrides.get(channel) ?? new Map<string, Map<Part, PartTemplate>>();
    const parts: Map<Part, PartTemplate> = languages.get(language) ?? new Map();
    overrides.set(channel, languages);
    languages.set(language, parts.set(part, partTemplate(name, part, sourceIn(join(folder, name)))));
  }
  return overrides;
}

/** The text of a file without a byte order mark, and with the line ends of Unix: each other character would be part of a message. */
function sourceIn(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
}

function templateNamed(name: string, channels: Channels): { channel: string; language: string; part: Part } {
  const [, before = '', language = '', after = ''] = /^([a-z]+)\.([a-z]{2,3})\.([a-z]+)\.liquid$/.exec(name) ?? [];
  const part = channels[before]?.parts.find((known) => known === after);
  if (part) return { channel: before, language, part };
  const pattern = Object.entries(channels)
    .map(([channel, { parts }]) => `${channel}.<language>.${parts.join('|')}.liquid`)
    .join(', ');
  throw new Error(`${name} is not named as a template is: ${pattern}`);
}

// A message has a few kilobytes and renders in well under a millisecond. A template that needs more is a mistake.
const limits = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 1_000_000 };

/** `templates: {}` gives templates no files to include. */
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
    // Only the first line: the rest quotes the template, and with it personal details.
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
