/** Fills the diaries of a new tenant with everybody's weekly meetings, so that finding a common time is not child's play. */
import { addHours, type Day, dayOf, instantAt } from '../domain/time/instant.ts';
import type { SandboxContext } from './context.ts';
import type { Graph } from './graph/server.ts';
import { WINDOWS_LONDON } from './graph/zone.ts';

const WEEKS = 8;

/** `Mon 09:30-11:00` */
const BUSY = /^(Mon|Tue|Wed|Thu|Fri) (\d{2}:\d{2})-(\d{2}:\d{2})$/;

function weekdayOf(day: Day): string {
  return new Date(`${day}T12:00:00Z`).toUTCString().slice(0, 3);
}

/** Does nothing where diaries were filled before. @returns how many meetings were written */
export function fillDiaries(context: SandboxContext, graph: Graph): number {
  const done = context.state.collection<{ id: string }>('diaries-filled');
  if (done.get('done')) return 0;
  const { tenant, clock } = context;
  let count = 0;
  const noon = instantAt(dayOf(clock.now()), '12:00');
  context.state.together(() => {
    for (let n = 0; n < WEEKS * 7; n += 1) {
      const day = dayOf(addHours(noon, 24 * n));
      const weekday = weekdayOf(day);
      for (const { busy, ...person } of tenant.people) {
        for (const span of busy) {
          const [, on, from, to] = BUSY.exec(span) ?? [];
          if (!on || !from || !to) throw new Error(`tenant.yaml: "${span}" of ${person.name} is no weekly meeting.`);
          if (on !== weekday) continue;
          graph.diary.book(
            { ...person, shared: false },
            {
              subject: 'Private appointment',
              sensitivity: 'private',
              start: instantAt(day, from),
              end: instantAt(day, to),
              startZone: WINDOWS_LONDON,
              endZone: WINDOWS_LONDON,
              isReminderOn: false,
            },
          );
          count += 1;
        }
      }
    }
    done.put({ id: 'done' });
  });
  return count;
}
