/** The module `bookings`: everything that table bookings bring to a service. */
import type { Static } from '@sinclair/typebox';
import { ConfigError, defineModule, fieldsResolver, InvalidBody, messages, normaliseEmail, type Resolver } from 'verification-workflows';
import { bookingFigures } from './figures.ts';
import { releaseTable, reserveTable } from './restaurant.ts';
import { type BookingBody, tableBooking } from './table-booking.ts';

/** Turns the body of a start into the session's details of the guest, and the machine's first event. */
const bookingResolver: Resolver<Static<typeof BookingBody>> = {
  start: ({ name, email, guests }) => {
    const address = normaliseEmail(email);
    if (address === null) throw new InvalidBody('/email', 'It is no email address');
    return { personal: { guestName: name, guestEmail: address.address }, event: { type: 'ASK', guests } };
  },
};

export function bookings() {
  return defineModule({
    name: 'bookings',
    // The task `sendMessage` is that of the module `messages`.
    needs: [messages()],
    workflows: [tableBooking],
    diagrams: new URL('./diagrams/', import.meta.url),
    figures: bookingFigures,
    settings: ({ value }) => {
      const url = value('RESTAURANT_URL');
      if (url === null || !URL.canParse(url)) throw new ConfigError('RESTAURANT_URL must be the address of the restaurant’s service');
      return { restaurantUrl: url.replace(/\/+$/, '') };
    },
    open: (_host, { restaurantUrl }) => ({ restaurantUrl }),
    resolvers: { booking: bookingResolver, guests: fieldsResolver({ payload: ['guests'] }) },
    tasks: {
      reserveTable: ({ restaurantUrl }) => reserveTable(restaurantUrl),
      releaseTable: ({ restaurantUrl }) => releaseTable(restaurantUrl),
    },
    refusals: {
      'guests-changed-too-often': {
        status: 409,
        title: 'The number of guests was changed too often',
        explanation: 'The guest changed the number of guests as often as one booking allows. Nothing was changed.',
        remedy: 'Confirm the table as it is, or cancel and book again.',
      },
    },
    notices: {
      'table-held': {
        texts: {
          en: {
            subject: (service) => `${service} holds a table for you`,
            event: (_service, { guestName = '' }) => `A table is held for ${guestName}.`,
            advice: ['Confirm it before the time runs out.', 'If you did not ask for a table, do nothing: it is given back.'],
          },
          de: {
            subject: (service) => `${service} hält einen Tisch für Sie frei`,
            event: (_service, { guestName = '' }) => `Für ${guestName} ist ein Tisch frei gehalten.`,
            advice: ['Bestätigen Sie ihn, bevor die Zeit um ist.', 'Wenn Sie keinen Tisch wollten, tun Sie nichts: Er wird wieder frei.'],
          },
        },
      },
    },
    details: { guestName: 'shown', guestEmail: (address) => `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}` },
    claims: { booking: ({ guestName, guestEmail }) => ({ booked_by: guestName, email: guestEmail }) },
  });
}
