/**
 * A deployment's own templates: Liquid files named `<channel>.<language>.<part>.liquid` for codes, and
 * `email.<language>.<notice>.<part>.liquid` for notices. The service reads and parses all of them when it starts, and reads none later.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Liquid } from 'liquidjs';
import { directionOf } from '../common/language-tags.ts';
import type { ChannelDefinition, Part, TemplateValues } from './channel.ts';
import type { Message } from './message.ts';
import { deviceText, singleLine, utcDate, utcTime, wholeMinutes, withoutLinks } from './template-text.ts';

/** Renders one part of a message. @throws Error if the template can't be rendered */
export type PartTemplate = (message: Message, language: string, values: TemplateValues) => string;

/** The templates of one message: by language and part. */
type LanguageTemplates = ReadonlyMap<string, ReadonlyMap<Part, PartTemplate>>;

export interface TemplateOverrides {
  /** The templates of codes, by channel. */
  readonly codes: ReadonlyMap<string, LanguageTemplates>;
  /** The templates of notices, by the name of the notice. */
  readonly notices: ReadonlyMap<string, LanguageTemplates>;
}

export const noOverrides: TemplateOverrides = { codes: new Map(), notices: new Map() };

type Channels = Readonly<Record<string, ChannelDefinition>>;

/** The channel that carries notices. */
const noticeChannel = 'email';

/** The names that a service knows. */
interface Known {
  readonly channels: Channels;
  readonly notices: readonly string[];
  /** The personal details that templates of notices may show. */
  readonly details: readonly string[];
}

/**
 * @returns the templates of a folder; files without the extension `.liquid` are ignored
 * @throws Error in one line that names the file, for an invalid name or template
 */
export function readTemplateOverrides(folder: string, { channels, notices, details }: Known): TemplateOverrides {
  const codes = new Map<string, Map<string, Map<Part, PartTemplate>>>();
  const ofNotices = new Map<string, Map<string, Map<Part, PartTemplate>>>();
  const names = readdirSync(folder).filter((name) => name.endsWith('.liquid'));
  for (const name of names.sort()) {
    const { channel, language, notice, part } = templateNamed(name, channels, notices);
    const [group, key] = notice === null ? [codes, channel] : [ofNotices, notice];
    const languages = group.get(key) ?? new Map<string, Map<Part, PartTemplate>>();
    const parts: Map<Part, PartTemplate> = languages.get(language) ?? new Map();
    group.set(key, languages);
    languages.set(language, parts.set(part, partTemplate(name, part, sourceIn(join(folder, name)), details)));
  }
  return { codes, notices: ofNotices };
}

/** Reads a file, without its byte order mark and with Unix line ends: otherwise these characters would get into the messages. */
function sourceIn(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
}

function templateNamed(
  name: string,
  channels: Channels,
  notices: readonly string[],
): { channel: string; language: string; notice: string | null; part: Part } {
  const language = '[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*';
  const [, before = '', tag = '', notice = null, after = ''] =
    new RegExp(`^([a-z]+)\\.(${language})(?:\\.([a-z-]+))?\\.([a-z]+)\\.liquid$`).exec(name) ?? [];
  const part = channels[before]?.parts.find((known) => known === after);
  const isKnown = notice === null || (before === noticeChannel && notices.includes(notice));
  if (part && isKnown) return { channel: before, language: tag, notice, part };
  const pattern = Object.entries(channels)
    .map(([channel, { parts }]) => `${channel}.<language>.${parts.join('|')}.liquid`)
    .join(', ');
  const ofNotice = channels[noticeChannel]?.parts.join('|');
  const forNotices =
    ofNotice === undefined ? '' : `, or ${noticeChannel}.<language>.<notice>.${ofNotice}.liquid for a notice: ${notices.join(', ')}`;
  throw new Error(`${name} is not named as a template is: ${pattern}${forNotices}`);
}

// A message has a few kilobytes and renders in well under a millisecond. A template that needs more is a mistake.
const limits = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 1_000_000 };

/** `templates: {}` gives templates no files to include. */
const strict = { ...limits, templates: {}, strictVariables: true, strictFilters: true, ownPropertyOnly: true };

const plain = new Liquid(strict);
const escaping = new Liquid({ ...strict, outputEscape: 'escape' });

function partTemplate(name: string, part: Part, source: string, details: readonly string[]): PartTemplate {
  const engine = part === 'html' ? escaping : plain;
  const template = named(name, () => engine.parse(source));
  return (message, language, values) => {
    const text = named(name, () => String(engine.renderSync(template, variablesOf(message, language, values, details))));
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

function variablesOf(
  message: Message,
  language: string,
  { serviceName, supportUrl, domain }: TemplateValues,
  details: readonly string[],
): Readonly<Record<string, unknown>> {
  const common = {
    serviceName: singleLine(serviceName),
    supportUrl,
    domain,
    language,
    dir: directionOf(language),
    deviceType: deviceText(message.device.type),
    deviceName: deviceText(message.device.name),
  };
  if (message.kind === 'notice') {
    const { agent, reason, link, at } = message;
    const shown = { agent: agent === null ? null : withoutLinks(agent), reason: reason === null ? null : withoutLinks(reason) };
    // A detail that the session lacks is null. An unknown name is an error.
    const known = Object.fromEntries(details.map((detail) => [detail, message.details[detail] ?? null]));
    return { ...common, ...shown, details: known, link, at: new Date(at).toISOString(), date: utcDate(language, at), time: utcTime(at) };
  }
  return {
    ...common,
    code: message.code,
    confirms: message.confirms,
    digits: Array.from(message.code),
    expiresAt: new Date(message.expiresAt).toISOString(),
    minutes: wholeMinutes(message.validForMs),
  };
}
