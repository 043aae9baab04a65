import { Type } from '@sinclair/typebox';
import { closed, defineModule, defineWorkflow } from 'verification-workflows';
import { setup } from 'xstate';

const parcelPickup = defineWorkflow('parcel-pickup', () => ({
  collection: 'parcel-pickups',
  version: 1,
  description: 'Keeps a parcel for a week.',
  machine: setup({ delays: { week: 7 * 24 * 60 * 60 * 1000 } }).createMachine({
    initial: 'waiting',
    states: {
      waiting: { on: { COLLECT: 'collected' }, after: { week: 'returned' } },
      collected: { type: 'final' },
      returned: { type: 'final' },
    },
  }),
  start: { body: Type.Object({}, closed), resolver: null, events: [null] },
  events: {
    COLLECT: { description: 'Hands the parcel over.', body: Type.Object({}, closed), resolver: null, sender: 'holder', payloads: [{}] },
  },
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: { week: 'keptUntil' },
}));

export const modules = [defineModule({ name: 'parcels', workflows: [parcelPickup] })];
