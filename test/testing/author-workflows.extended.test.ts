/** The model tests that authors of workflows run, on workflows of other teams: each part as an author calls it. */
import { modelTests } from 'verification-workflows/testing';
import { bookings } from '../../examples/bookings/bookings.ts';
import { modules as parcels } from '../../examples/parcels/parcels.ts';
import { expenses } from '../support/expense.ts';

await modelTests({ modules: parcels, workflow: 'parcel-pickup', full: true });
await modelTests({ modules: [bookings()], workflow: 'table-booking', config: { RESTAURANT_URL: 'http://127.0.0.1:9' }, full: true });
await modelTests({ modules: [expenses], workflow: 'expense', full: true });
