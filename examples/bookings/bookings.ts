/** The module `bookings`: everything that table bookings bring to a service. */
import { ConfigError, defineModule, messages } from 'verification-workflows';
import { bookingFigures } from './figures.ts';
import { releaseTable, reserveTable } from './restaurant.ts';
import { tableBooking } from './table-booking.ts';

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
            event: (_service, { name = '' }) => `A table is held for ${name}.`,
            advice: ['Confirm it before the time runs out.', 'If you did not ask for a table, do nothing: it is given back.'],
          },
          de: {
            subject: (service) => `${service} hält einen Tisch für Sie frei`,
            event: (_service, { name = '' }) => `Für ${name} ist ein Tisch frei gehalten.`,
            advice: ['Bestätigen Sie ihn, bevor die Zeit um ist.', 'Wenn Sie keinen Tisch wollten, tun Sie nichts: Er wird wieder frei.'],
          },
        },
      },
    },
    claims: { booking: ({ name, email }) => ({ booked_by: name, email }) },
  });
}
