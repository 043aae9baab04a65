/** The modules of the service. */
import { codes, type Module } from 'verification-workflows';
import { bookings } from './bookings/bookings.ts';
import { trips } from './trips.ts';

const modules: readonly Module[] = [codes(), bookings(), trips()];
export default modules;
