/** The project's service and its mounted application on the supported versions of Node.js that the other test of the package does not run. */
import { afterAll, beforeAll, describe } from 'vitest';
import { mountedSuite } from './mounted-suite.ts';
import { nodes } from './project-folder.ts';
import { openRestaurant, type Restaurant } from './restaurant.ts';
import { servedSuite } from './served-suite.ts';

let restaurant: Restaurant;
beforeAll(async () => {
  restaurant = await openRestaurant();
  // The service serves the pictures that were drawn with the packages.
  restaurant.project.installCompanions();
  restaurant.project.command(['diagrams', 'dist/modules.js', '--out', 'dist/bookings/diagrams']);
}, 300_000);
afterAll(() => restaurant?.close());

describe.each(nodes.filter(({ isThis }) => !isThis))('on $title', ({ binary }) => {
  const node = binary ?? '';

  describe.skipIf(binary === null)('the service', () => {
    servedSuite(() => ({ ...restaurant, node }));
  });

  describe.skipIf(binary === null)('mounted', () => {
    mountedSuite(() => ({ ...restaurant, node }));
  });
});
