/** The resolver of bodies that need no resolver of their own: keeps the fields of `data`, and passes the payload on to the machine. */
import { addressFormat, type SessionData } from '../../machines/session-data.ts';
import type { AnyPublicEvent, MachineEvent, Workflow } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Resolver } from '../engine/ports.ts';
import { fieldsResolver, type ReadDetail } from './fields.ts';
import type { ReadNumber } from './phone.ts';

/** The readers of addresses and numbers. */
export interface AddressReaders {
  /** @returns the address to write to; null if the text is not an address */
  readonly email: (text: string) => { readonly address: string } | null;
  readonly number: ReadNumber;
}

/** The names of the fields that the payloads have. The service itself fills in the role of the sender. */
export function payloadFields(payloads: readonly object[], senderIn = 'type'): readonly string[] {
  return [...new Set(payloads.flatMap((payload) => Object.keys(payload)))].filter((name) => name !== 'type' && name !== senderIn);
}

export function startDataResolver({ data = {}, start }: Pick<Workflow, 'data' | 'start'>, readers: AddressReaders): Resolver {
  const first = start.events.find((event): event is MachineEvent => event !== null);
  const { start: read } = fieldsResolver({
    details: detailsOf(data, start.body, readers),
    payload: payloadFields(first === undefined ? [] : start.events.filter((event) => event !== null)),
    ...(first === undefined ? {} : { event: first.type }),
  });
  return read === undefined ? {} : { start: read };
}

export function eventDataResolver(data: SessionData, { body, payloads, senderIn }: AnyPublicEvent, readers: AddressReaders): Resolver {
  const { event } = fieldsResolver({ details: detailsOf(data, body, readers), payload: payloadFields(payloads, senderIn) });
  return event === undefined ? {} : { event };
}

function detailsOf(data: SessionData, body: AnyPublicEvent['body'], readers: AddressReaders): Record<string, ReadDetail> {
  const kept = Object.entries(body.properties).filter(([name]) => Object.hasOwn(data, name));
  return Object.fromEntries(kept.map(([name, field]) => [name, readerOf(name, addressFormat(field), readers)]));
}

function readerOf(name: string, format: ReturnType<typeof addressFormat>, { email, number }: AddressReaders): ReadDetail {
  switch (format) {
    case 'email':
      return (text) => {
        const address = email(text);
        if (address === null) throw new InvalidBody(`/${name}`, 'Not an email address');
        return address.address;
      };
    case 'phone':
      return (text, { country }) => {
        const read = number(text, typeof country === 'string' ? country.toUpperCase() : null);
        if ('invalid' in read) throw new InvalidBody(`/${name}`, read.invalid);
        return read.e164;
      };
    case null:
      return (text) => text;
    default:
      return format satisfies never;
  }
}
