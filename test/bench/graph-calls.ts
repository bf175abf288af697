/** How often Microsoft is asked: the product as `npm start` runs it, played by scripted people, its requests to Graph counted. */
import { choicesOf } from '../end-to-end/card.ts';
import { type Product, startProduct } from '../end-to-end/product.ts';
import {
  bookConsultation,
  type Cast,
  cast,
  MEETINGS,
  meetingOf,
  moveBeyond,
  nameTeam,
  refer,
} from '../end-to-end/scenes.ts';
import { kindOf, summary } from './calls.ts';
import type { Table } from './print.ts';

interface Counted {
  readonly what: string;
  readonly calls: readonly string[];
}

export async function graphCalls(): Promise<Table> {
  const product = await startProduct();
  try {
    const people = cast(product);
    const rows = await play(product, people);
    return {
      title: 'Calls to Microsoft Graph',
      how: 'Played on the sandbox. Reading groups and mailboxes is left out of a booking: it goes on whether anything is booked or not.',
      columns: ['', 'calls', 'which'],
      rows: rows.map(({ what, calls }) => [what, String(calls.length), summary(calls)]),
    };
  } finally {
    await product.stop();
  }
}

/** Free/busy and events: what a booking is made of. */
const OF_A_BOOKING = /\/calendar\/getSchedule$|\/events(\/[^/]+)?(\/cancel)?$/;

async function play(product: Product, people: Cast): Promise<readonly Counted[]> {
  const { eustonManager: manager, eustonWorker } = people;
  const reference = await refer(product, people);
  await nameTeam(product, people, reference);
  const counted = async (what: string, which: RegExp, work: () => Promise<void>): Promise<Counted> => {
    const before = (await product.graphLog()).at(-1)?.n ?? 0;
    await work();
    const calls = (await product.graphLog()).filter(
      ({ n, by, path }) => n > before && by === 'app' && which.test(path),
    );
    return { what, calls: calls.map(({ method, path }) => `${method} ${kindOf(path)}`) };
  };

  const booking = await counted('a consultation: free times shown, one chosen and booked', OF_A_BOOKING, async () => {
    await bookConsultation(product, people, reference);
  });
  const moving = await counted('the same, moved from its card', OF_A_BOOKING, async () => {
    const card = (await manager.chat()).findLast(({ buttons }) => buttons.includes('Move it'));
    if (!card) throw new Error('No card offers to move the consultation.');
    const times = await manager.press(card, 'Move it');
    await manager.press(times, 'Move it', { Time: choicesOf(times.card, 'Time').at(1) ?? '' });
    await product.settle();
  });
  await moveBeyond(product, (await meetingOf(manager, reference, MEETINGS.consultation)).end);
  const page = await manager.press(
    await manager.finds(`${reference}: How did the consultation go?`),
    'Accept and name worker',
  );
  const visit = await counted(
    'a joint visit: the first offered time that suits, and booked',
    OF_A_BOOKING,
    async () => {
      await manager.press(page, 'Accept and name worker', { 'Family worker': eustonWorker.name });
      await product.settle();
    },
  );
  const idle = await counted('an idle hour in office time, one meeting to come', /./, async () => {
    await product.moveClock({ by: '1 hour' });
  });
  return [booking, moving, visit, idle];
}
