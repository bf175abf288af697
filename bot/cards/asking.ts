/**
 * What one press asks and records. Mostly one step; where the protocol puts two steps of the same person back to back they are one
 * press (story A10, A11): a decision and the naming that opens on it, an offer and the meeting that it offers, a meeting that took
 * place and the decision that waits for it. All of it follows from the data.
 */
import { isMailed, outcomesOf } from '../../src/domain/case/steps.ts';
import type { Answers, Command } from '../../src/domain/case/types.ts';
import type {
  AssignStep,
  Field,
  MeetStep,
  Protocol,
  Ref,
  RoleId,
  SendStep,
  Step,
} from '../../src/domain/protocol/types.ts';
import type { Day, Instant } from '../../src/domain/time/instant.ts';
import { askedFields } from './asked.ts';
import { chosenInstances } from './each.ts';
import { answersFrom } from './fields.ts';
import type { OpenSheet } from './privacy.ts';

export interface Section {
  readonly step: Step;
  readonly part: string | undefined;
  readonly fields: readonly Field[];
  /** In front of the inputs' ids; the first section that asks something has none. */
  readonly prefix: string;
}

export interface Asking {
  readonly main: Section;
  /** In the order in which they are recorded. */
  readonly sections: readonly Section[];
}

export function askingOf(sheet: OpenSheet, step: Step, part: string | undefined, roles: readonly RoleId[]): Asking {
  const main = section(sheet, step, part, '');
  const before = meetingBefore(sheet, step, part);
  // What several decide together is not decided by this press, and a naming that may find nobody is a question of its own.
  const alone = step.kind === 'decide' && !step.joint && step.each === undefined;
  const after = alone && part !== undefined ? namingAfter(sheet, step, part, roles) : undefined;
  const sections = [
    ...(before ? [section(sheet, before, 'held', `${before.id}~`)] : []),
    main,
    ...(after ? [section(sheet, after, undefined, `${after.id}~`)] : []),
  ];
  return { main, sections };
}

function section(sheet: OpenSheet, step: Step, part: string | undefined, prefix: string): Section {
  return { step, part, fields: askedFields(sheet, step, part), prefix };
}

/** Inputs that are not the protocol's: no field can be called so. The day on which something was that the program did not see happen. */
export const HAPPENED = 'happened~';
/** Why something is late, or is done all the same. */
export const REASON = 'reason~';

export function reasonTyped(data: Readonly<Record<string, unknown>>): string | undefined {
  const typed = data[REASON];
  return typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : undefined;
}

/** A meeting that nobody booked here, and what somebody sends without the program: the day is asked, unless the protocol asks it. */
export function asksWhen(sheet: OpenSheet, { step, part, fields }: Section): boolean {
  if (fields.some(({ id }) => id === 'at')) return false;
  if (step.kind === 'send') return part === 'received' || !isMailed(step);
  if (step.kind !== 'meet' || (part !== 'held' && (part === undefined || !(part in step.outcomes)))) return false;
  const booking = sheet.status.steps[step.id]?.booking;
  return booking === undefined || booking.start > sheet.now;
}

/** The meeting that this outcome waits for, when its end has passed and nobody has said that it was held: pressing says so. */
function meetingBefore(sheet: OpenSheet, step: Step, part: string | undefined): MeetStep | undefined {
  const outcome = part === undefined ? undefined : outcomesOf(step)[part];
  for (const ref of outcome?.gates.flatMap(({ needs }) => needs) ?? []) {
    const meeting = meetingOf(sheet.protocol, ref);
    if (meeting && isOver(sheet, meeting)) return meeting;
  }
  return undefined;
}

export function meetingOf(protocol: Protocol, ref: Ref): MeetStep | undefined {
  const [id = '', moment] = ref.split('.');
  const step = protocol.steps[id];
  return step?.kind === 'meet' && moment === 'held' ? step : undefined;
}

/** Booked, its end passed, and not yet said to have been held. */
export function isOver(sheet: OpenSheet, step: MeetStep): boolean {
  const view = sheet.status.steps[step.id];
  return view?.state === 'open' && view.booking !== undefined && view.booking.end <= sheet.now;
}

/** The naming of a person that opens on this outcome and is the same role's. */
function namingAfter(
  { protocol }: OpenSheet,
  step: Step,
  part: string,
  roles: readonly RoleId[],
): AssignStep | undefined {
  const wanted = `${step.id}.${part}`;
  const leads = (ref: Ref): boolean => {
    const condition = protocol.conditions[ref];
    return ref === wanted || (condition !== undefined && [...condition.any, ...condition.all].some(leads));
  };
  return Object.values(protocol.steps).find(
    (each): each is AssignStep =>
      each.kind === 'assign' &&
      each.mayBe.length === 0 &&
      each.each === undefined &&
      each.after.some(leads) &&
      each.by.some((role) => step.by.includes(role) && roles.includes(role)),
  );
}

/** The meeting that a send step offers: the next step, of the same role, opening at the same time. */
export function offeredMeeting(protocol: Protocol, step: Step): MeetStep | undefined {
  if (step.kind !== 'send' || step.automatic) return undefined;
  const steps = Object.values(protocol.steps);
  const next = steps[steps.findIndex(({ id }) => id === step.id) + 1];
  return next?.kind === 'meet' &&
    next.by.some((role) => step.by.includes(role)) &&
    next.after.join() === step.after.join()
    ? next
    : undefined;
}

/** The offer that booking this meeting carries out, if it is still owed. */
export function offerOf(sheet: OpenSheet, meeting: MeetStep): SendStep | undefined {
  return Object.values(sheet.protocol.steps).find(
    (each): each is SendStep =>
      each.kind === 'send' &&
      offeredMeeting(sheet.protocol, each)?.id === meeting.id &&
      sheet.status.steps[each.id]?.state === 'open',
  );
}

/** The decision that waits for this meeting: what became of the meeting and what is decided are asked in one card. */
export function decisionAfter(sheet: OpenSheet, meeting: MeetStep, roles: readonly RoleId[]): Step | undefined {
  return Object.values(sheet.protocol.steps).find(
    (each) =>
      each.kind === 'decide' &&
      sheet.status.steps[each.id]?.state === 'open' &&
      each.by.some((role) => roles.includes(role)) &&
      Object.values(each.outcomes).some(({ gates }) =>
        gates.some(({ needs }) => needs.some((ref) => meetingOf(sheet.protocol, ref)?.id === meeting.id)),
      ),
  );
}

/** The press as commands, in order. */
export function commandsOf(sheet: OpenSheet, asking: Asking, data: Readonly<Record<string, unknown>>): Command[] {
  const reason = reasonTyped(data);
  return asking.sections.flatMap((each) => {
    const answers = sectionAnswers(sheet, each, data);
    const at = timeOf(sheet, each, answers) ?? happened(sheet, each, data);
    return chosenInstances(sheet, each.step, data).map(
      (child): Command => ({
        type: 'record',
        step: each.step.id,
        ...(each.part === undefined ? {} : { part: each.part }),
        ...(at === undefined ? {} : { at }),
        answers,
        ...(child === undefined ? {} : { child }),
        ...(reason === undefined ? {} : { reason }),
      }),
    );
  });
}

function happened(sheet: OpenSheet, section: Section, data: Readonly<Record<string, unknown>>): Day | undefined {
  const typed = data[HAPPENED];
  return typeof typed === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(typed) && asksWhen(sheet, section)
    ? (typed as Day)
    : undefined;
}

export function sectionAnswers(
  sheet: OpenSheet,
  { fields, prefix }: Section,
  data: Readonly<Record<string, unknown>>,
): Answers {
  return answersFrom(data, fields, sheet.case.children, prefix);
}

/** A meeting that is said to have been held was held when it was booked; a date that is asked for goes before it (`answers.at`). */
function timeOf(sheet: OpenSheet, { step, part }: Section, answers: Answers): Instant | undefined {
  if (typeof answers.at === 'string' && answers.at !== '') return undefined;
  const booking = part === 'held' ? sheet.status.steps[step.id]?.booking : undefined;
  return booking && booking.end <= sheet.now ? booking.start : undefined;
}
