/** The restaurant's project, compiled, and the partner that its modules call. */
import { expect } from 'vitest';
import { Partner } from './partner.ts';
import { Project } from './project-folder.ts';

export interface Restaurant {
  readonly project: Project;
  readonly partner: Partner;
  readonly settings: Readonly<Record<string, string>>;
  /** Ends the partner and removes the project. */
  close(): void;
}

export async function openRestaurant(): Promise<Restaurant> {
  const partner = await Partner.listen();
  const project = new Project();
  // The consumer of the client is compiled once the client is written.
  expect(project.compile().filter((line) => !line.startsWith('src/consumer.ts'))).toEqual([]);
  return {
    project,
    partner,
    settings: {
      RESTAURANT_URL: partner.url,
      PARTNER_URL: partner.url,
      POLICY: 'policy.json',
      PORT: '0',
      SANDBOX: 'true',
      LOG_LEVEL: 'silent',
      SERVICE_NAME: 'Chez Jane',
    },
    close: () => {
      partner.close();
      project.remove();
    },
  };
}
