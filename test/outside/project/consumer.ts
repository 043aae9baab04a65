/** The types of the generated client. This file is compiled and never run. */
import { createClient, type Session } from './client/client.js';

export async function book(): Promise<string | null> {
  const client = createClient('https://verify.example.com');
  const booking: Session<'table-booking'> = await client.start('table-booking', { name: 'Jane', email: 'jane@example.com', guests: 2 });
  // @ts-expect-error: the number of guests is missing
  await client.start('table-booking', { name: 'Jane', email: 'jane@example.com' });
  // @ts-expect-error: it hears no such event
  await booking.send('submit-code', { code: '042137' });
  const { result, data } = await booking.send('change-guests', { guests: data4 });
  await (await client.start('departure', {})).send('pause');
  return data.changesLeft > 0 ? (booking.deadlines.heldUntil?.at.toISOString() ?? null) : (result?.token ?? null);
}

const data4 = 4;
