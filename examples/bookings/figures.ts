/** The figures of bookings, which a deployment can set in the file that POLICY names. */
import { Duration, defineFigures, type FiguresOf, Limit } from 'verification-workflows';

const MINUTE = 60_000;

export const bookingFigures = defineFigures({
  tableHoldMs: {
    schema: Duration('How long a table is held for a guest who has not confirmed.'),
    default: 15 * MINUTE,
    reason: 'Long enough to ask the other guests, short enough to give the table to somebody else the same evening.',
  },
  guestChanges: {
    schema: Limit('How often a guest may change the number of guests of one booking.'),
    default: 2,
    reason: 'Each change asks the restaurant again. Two forgive a mistake and a friend who comes along.',
  },
});

export type BookingFigures = FiguresOf<typeof bookingFigures>;
