/** Masks personal details: each workflow's data as the workflow says, and every other detail as its module says. */
import { addressFormat, type DataMask, detailValue, fieldsOfBodies } from '../../machines/session-data.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { maskEmail, normaliseEmail } from '../delivery/email-address.ts';
import { maskPhone, readPhoneNumber } from '../delivery/phone-number.ts';
import type { Personal } from '../engine/ports.ts';
import type { Mask } from '../modules/module.ts';

/** Shows a personal detail; null hides it. */
type Show = ((detail: string) => unknown) | null;

export type Masking = (workflow: Workflow, personal: Personal) => Readonly<Record<string, unknown>>;

export function masking(masks: Readonly<Record<string, Mask>>): Masking {
  const ofModules = new Map(Object.entries(masks).map(([name, mask]): [string, Show] => [name, showOf(mask)]));
  const byWorkflow = new WeakMap<Workflow, ReadonlyMap<string, Show>>();
  return (workflow, personal) => {
    const shows = byWorkflow.get(workflow) ?? new Map([...ofModules, ...showsOfData(workflow)]);
    byWorkflow.set(workflow, shows);
    return Object.fromEntries(
      Object.entries(personal).flatMap(([name, detail]) => {
        const show = shows.get(name) ?? null;
        return show === null ? [] : [[name, show(detail)]];
      }),
    );
  };
}

function showOf(mask: Mask): Show {
  if (mask === 'hidden') return null;
  return mask === 'shown' ? (detail) => detail : mask;
}

function showsOfData(workflow: Workflow): [string, Show][] {
  const fields = fieldsOfBodies(workflow);
  return Object.entries(workflow.data ?? {}).map(([name, mask]) => [name, showOfData(mask, fields[name])]);
}

function showOfData(mask: DataMask, field: Parameters<typeof detailValue>[0]): Show {
  switch (mask) {
    case 'sealed':
      return null;
    case 'shown':
      return (text) => detailValue(field, text);
    case 'email':
      return maskedEmail;
    case 'phone':
      return maskedPhone;
    case 'masked':
      return { email: maskedEmail, phone: maskedPhone, none: maskText }[addressFormat(field) ?? 'none'];
    default:
      return mask;
  }
}

function maskedEmail(text: string): string {
  return normaliseEmail(text) === null ? maskText(text) : maskEmail(text);
}

function maskedPhone(text: string): string {
  return 'e164' in readPhoneNumber(text, null, null) ? maskPhone(text) : maskText(text);
}

/** `J***`: the first character. */
function maskText(text: string): string {
  return `${Array.from(text).at(0) ?? ''}***`;
}
