/** The modules of a service that verifies addresses and books tables. */
import { codes, type Module } from 'verification-workflows';
import { bookings } from './bookings.ts';

export const modules: readonly Module[] = [codes(), bookings()];
