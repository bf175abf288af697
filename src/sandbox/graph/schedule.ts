/** Free and busy of up to twenty diaries at once. */
import { type Instant, millisecondsOf } from '../../domain/time/instant.ts';
import type { SandboxContext } from '../context.ts';
import { type Call, invalid, type Json, objectBody, ok, parameter, type Route } from './call.ts';
import type { Diary, ShowAs, StoredEvent } from './diary.ts';
import { mailboxOf, ownerOf, WORKING_HOURS } from './directory.ts';
import { answerZone, readDateTime, writeDateTime } from './zone.ts';

/** calendar-getschedule: entities in one request, and days in one window (fewer than). */
const MOST_SCHEDULES = 20;
const MOST_DAYS = 62;

/** Digits of availabilityView. Working elsewhere counts as free. */
const DIGIT: Record<ShowAs, number> = { free: 0, workingElsewhere: 0, tentative: 1, busy: 2, oof: 3, unknown: 0 };

const MINUTE = 60_000;

function availabilityView(events: readonly StoredEvent[], from: Instant, to: Instant, minutes: number): string {
  const [start, end] = [millisecondsOf(from), millisecondsOf(to)];
  const step = minutes * MINUTE;
  const digits = new Uint8Array(Math.max(0, Math.ceil((end - start) / step)));
  for (const event of events) {
    const first = Math.max(0, Math.floor((millisecondsOf(event.start) - start) / step));
    // An event that ends where a part begins does not touch that part.
    const past = Math.min(digits.length, Math.ceil((millisecondsOf(event.end) - start) / step));
    for (let part = first; part < past; part += 1) digits[part] = Math.max(digits[part] ?? 0, DIGIT[event.showAs]);
  }
  return digits.join('');
}

/** A private meeting is only a blot of colour to anybody else. */
function scheduleItem(event: StoredEvent, zone: string): Json {
  const open = event.sensitivity === 'normal' || event.sensitivity === 'personal';
  return {
    ...(open ? { isPrivate: false, subject: event.subject, location: event.location } : {}),
    status: event.showAs,
    start: writeDateTime(event.start, zone),
    end: writeDateTime(event.end, zone),
  };
}

export function scheduleRoutes(context: SandboxContext, diary: Diary): Route[] {
  function getSchedule(call: Call) {
    mailboxOf(context, call);
    const body = objectBody(call);
    const schedules = parameter(body, 'schedules');
    if (!Array.isArray(schedules) || schedules.length === 0) {
      throw invalid('The parameter schedules must name at least one mailbox.', 'ErrorInvalidParameter');
    }
    if (schedules.length > MOST_SCHEDULES) {
      throw invalid(`No more than ${MOST_SCHEDULES} schedules can be asked for at once.`, 'ErrorInvalidParameter');
    }
    const from = readDateTime(parameter(body, 'startTime'), 'startTime').instant;
    const to = readDateTime(parameter(body, 'endTime'), 'endTime').instant;
    const minutes = Number(parameter(body, 'availabilityViewInterval') ?? 30);
    if (!(minutes >= 5 && minutes <= 1440)) {
      throw invalid('availabilityViewInterval must be between 5 and 1440.', 'ErrorInvalidMergedFreeBusyInterval');
    }
    if (to <= from) throw invalid('The end time must be later than the start time.', 'ErrorInvalidTimeInterval');
    if (millisecondsOf(to) - millisecondsOf(from) >= MOST_DAYS * 24 * 60 * MINUTE) {
      throw invalid(
        `The requested time window exceeds the allowed range of ${MOST_DAYS} days.`,
        'ErrorTimeIntervalTooBig',
      );
    }
    const zone = answerZone(call);
    const value = schedules.map((asked): Json => {
      const scheduleId = String(asked);
      const owner = ownerOf(context, scheduleId);
      if (!owner || !scheduleId.includes('@')) {
        return {
          scheduleId,
          availabilityView: '',
          scheduleItems: [],
          error: {
            message: `Unable to resolve e-mail address ${scheduleId} to an Active Directory object.`,
            responseCode: 'ErrorMailRecipientNotFound',
          },
        };
      }
      const events = diary.events
        .filter(({ mailbox, start, end }) => mailbox === owner.id && start < to && end > from)
        .sort((a, b) => (a.start < b.start ? -1 : 1));
      return {
        scheduleId,
        availabilityView: availabilityView(events, from, to, minutes),
        scheduleItems: events.map((event) => scheduleItem(event, zone)),
        workingHours: WORKING_HOURS,
      };
    });
    return ok({ '@odata.context': `${call.base}/$metadata#Collection(microsoft.graph.scheduleInformation)`, value });
  }
  return [{ method: 'POST', path: '/users/:user/calendar/getSchedule', answer: getSchedule }];
}
