/** Sentences that several cards share. All of them are fit for a channel; where a name of staff may stand the caller says so. */
import type { Person } from '../../src/application/ports.ts';
import { inForce } from '../../src/domain/case/in-force.ts';
import { isMailed, outcomesOf } from '../../src/domain/case/steps.ts';
import { type Answers, type Deadline, PROGRAM } from '../../src/domain/case/types.ts';
import type { Field, MeetStep, Outcome, PathwayId, RoleId, SendStep, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, type Instant, timeOf } from '../../src/domain/time/instant.ts';
import {
  NOTHING,
  type Open,
  type OpenFact,
  type OpenSheet,
  open,
  openDay,
  openList,
  openReference,
  openTime,
  protocolWords,
  staffName,
} from './privacy.ts';

export function capital(text: Open): Open {
  return protocolWords(text.charAt(0).toUpperCase() + text.slice(1));
}

export function countOf(n: number, one: string, many: string): Open {
  return open`${n} ${protocolWords(n === 1 ? one : many)}`;
}

export function childrenCount(sheet: OpenSheet): Open {
  return countOf(sheet.case.children.length, 'child', 'children');
}

/** "2 children. ", or nothing on a pathway that names none. */
export function childrenFirst(sheet: OpenSheet): Open {
  return sheet.case.children.length === 0 ? NOTHING : open`${childrenCount(sheet)}. `;
}

/** Its title, also of one that this case is not on. */
export function pathwayTitle(sheet: OpenSheet, id: PathwayId): Open {
  const title = id === sheet.protocol.id ? sheet.protocol.title : sheet.pathways[id]?.title;
  return protocolWords(title ?? (id.split('/')[1] ?? id).replaceAll('-', ' '));
}

export function roleName(sheet: OpenSheet, role: RoleId): Open {
  return protocolWords(sheet.protocol.council.roles[role]?.name ?? role);
}

export function teamName(sheet: OpenSheet, id: string | undefined = sheet.status.team): Open {
  return protocolWords((id && sheet.protocol.council.teams[id]?.name) || 'the team');
}

/** Who did it, by name: allowed in a channel for who decided (class C). */
export function whoDid(sheet: OpenSheet, id: string): Open {
  if (id === PROGRAM) return protocolWords('Stepwise');
  const person = sheet.people[id];
  return person ? staffName(person) : protocolWords('a colleague');
}

/** The role, or in class P the one person who holds it. */
export function ownerName(sheet: OpenSheet, role: RoleId, byName: boolean): Open {
  const [only, ...others] = sheet.holders[role] ?? [];
  return byName && only && others.length === 0 ? staffName(only) : roleName(sheet, role);
}

export function owingRole(sheet: OpenSheet, step: Step): RoleId | undefined {
  if (step.kind === 'meet') return step.organiser;
  if (step.kind !== 'resolve') return step.by[0];
  const { rungs } = step;
  const rung = sheet.status.steps[step.id]?.rung ?? 0;
  // On a rung that leaves the software those owe it who took it there.
  return rungs[rung]?.by[0] ?? rungs.slice(0, rung).findLast(({ by }) => by.length > 0)?.by[0] ?? step.by[0];
}

/** The earliest clock of an open step. */
export function deadlineOf(sheet: OpenSheet, step: string): Deadline | undefined {
  return sheet.status.deadlines.find(
    (deadline) => deadline.step === step && deadline.effective && deadline.metAt === undefined,
  );
}

function moment(deadline: Pick<Deadline, 'due' | 'dueAt'>): Open {
  return open`${openDay(deadline.due)}, ${protocolWords(timeOf(deadline.dueAt))}`;
}

/** Pattern 7: "Due Tue 22 Dec 2026, 17:00."; late, on a day off and provisional dates say so. */
export function dueSentence(deadline: Deadline, now: Instant): Open {
  if (deadline.dueAt < now) return open`Overdue: was due ${moment(deadline)}.`;
  if (deadline.actBy !== deadline.due) {
    const staffed = open`${openDay(dayOf(deadline.actByAt))}, ${protocolWords(timeOf(deadline.actByAt))}`;
    return open`Act by ${staffed} (limit ${openDay(deadline.due)})${mayChange(deadline)}.`;
  }
  return open`Due ${moment(deadline)}${mayChange(deadline)}.`;
}

/** What is owed, and by when, in one sentence: "Answer the social worker by Tue 22 Dec 2026, 17:00." */
export function owedSentence(sheet: OpenSheet, step: Step, deadline: Deadline | undefined): Open {
  const owed = capital(fill(step.owed ?? step.title, sheet));
  if (!deadline) return open`${owed}.`;
  if (deadline.dueAt < sheet.now || deadline.actBy !== deadline.due)
    return open`${owed}. ${dueSentence(deadline, sheet.now)}`;
  return open`${owed} by ${moment(deadline)}${mayChange(deadline)}.`;
}

function mayChange(deadline: Deadline): Open {
  return deadline.projected || deadline.provisional ? protocolWords(' (may change)') : NOTHING;
}

/** The same inside a sentence: "due Tue 22 Dec 2026, 17:00". */
export function dueWords(deadline: Deadline, now: Instant): Open {
  return protocolWords(
    dueSentence(deadline, now)
      .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
      .replace(/\.$/, ''),
  );
}

export interface Whys {
  readonly toggles: readonly Readonly<Record<string, unknown>>[];
  readonly answers: readonly { readonly id: string; readonly text: Open }[];
}

/** Pattern 8. Always one holder; a safety stop moves nothing and only adds that managers are deciding. */
export function holderSentence(sheet: OpenSheet, byName: boolean): Open {
  const { protocol, status } = sheet;
  const holder = protocol.council.services[status.holder]?.name ?? status.holder;
  const role = holdingRole(sheet);
  const who = role ? open` (${ownerName(sheet, role, byName)})` : NOTHING;
  const today = open`Today: ${protocolWords(holder)}${who}.`;
  const next = protocol.holder.moves.find(({ to }) => to !== status.holder);
  const moves =
    status.ended || !next || status.holder !== protocol.holder.starts
      ? NOTHING
      : open` Moves to ${protocolWords(protocol.council.services[next.to]?.name ?? next.to)} ${protocolWords(protocol.holder.when)}.`;
  return open`${today}${moves}${status.stopped ? protocolWords(' Managers are deciding.') : NOTHING}`;
}

/** The person of the holding service who is named on the case. */
function holdingRole(sheet: OpenSheet): RoleId | undefined {
  const { roles } = sheet.protocol.council;
  return Object.keys(sheet.status.named).find((role) => roles[role]?.service === sheet.status.holder);
}

const PLACE = /\{([a-z0-9-]+)\}/g;

/**
 * Words of the protocol with their places filled: `{reference}`, `{children}`, `{team}`, a role's id, or a field that the fact answered.
 * Roles are filled by their names as roles, and by the person's only where `byName` says so.
 */
export function fill(
  words: string,
  sheet: OpenSheet,
  {
    fact,
    fields,
    byName = false,
  }: { fact?: OpenFact | undefined; fields?: Readonly<Record<string, Field>>; byName?: boolean } = {},
): Open {
  return protocolWords(
    words.replace(PLACE, (_place, name: string) => {
      if (name === 'reference') return sheet.case.reference;
      if (name === 'children') return childrenCount(sheet);
      const field = fields?.[name];
      const answered = field && fact ? openAnswer(sheet, field, fact.answers[name]) : undefined;
      if (answered) return answered;
      if (name === 'team') return teamName(sheet);
      return name in sheet.protocol.council.roles ? ownerName(sheet, name, byName) : '';
    }),
  );
}

/** An answer that is no text of anybody's: options, teams, staff. Anything else is not shown. */
export function openAnswer(sheet: OpenSheet, field: Field, answer: Answers[string] | undefined): Open | undefined {
  if (answer === undefined || answer === null || field.personal) return undefined;
  const one = (value: string): Open | undefined => {
    if (field.type === 'team') return teamName(sheet, value);
    if (field.type === 'person' || field.type === 'people') return whoDid(sheet, value);
    const option = field.options.find(({ id }) => id === value);
    return option && protocolWords(option.label);
  };
  if (typeof answer === 'boolean') return protocolWords(answer ? 'Yes' : 'No');
  const found = (typeof answer === 'string' ? [answer] : answer).map(one).filter((each) => each !== undefined);
  return found.length > 0 ? openList(found) : undefined;
}

export function outcomeDone(step: Step, part: string | undefined): Outcome | undefined {
  return part === undefined ? undefined : (outcomesOf(step)[part] ?? step.moments?.[part]);
}

/** Title of the card that asks for a step. */
export function headingOf(sheet: OpenSheet, step: Step): Open {
  const heading = step.heading ?? step.title;
  return heading.includes('{reference}') ? fill(heading, sheet) : caseTitle(sheet, fill(heading, sheet));
}

/** What is asked once a meeting's time has passed. */
export function questionOf(sheet: OpenSheet, step: MeetStep): Open {
  const decides = Object.keys(step.outcomes).length > 0;
  const words = step.question ?? (decides ? `what did the ${step.title} decide?` : `did the ${step.title} take place?`);
  return caseTitle(sheet, protocolWords(words));
}

/** Title of the card of those who are told. Roles as persons where `byName`: never on a locked phone. */
export function toldTitle(sheet: OpenSheet, step: Step, byName: boolean): Open {
  const { told, fact, fields } = toldOf(sheet, step);
  return told ? fill(told.title, sheet, { fact, fields, byName }) : doneWords(sheet, step, fact);
}

/** The sentence under it. Empty where the protocol has none. */
export function toldWords(sheet: OpenSheet, step: Step): Open {
  const { told, fact, fields } = toldOf(sheet, step);
  return told?.says === undefined ? NOTHING : fill(told.says, sheet, { fact, fields, byName: true });
}

/** Answers that stand in title or sentence already. */
export function toldAnswers(sheet: OpenSheet, step: Step): readonly string[] {
  const { told } = toldOf(sheet, step);
  return [...`${told?.title} ${told?.says}`.matchAll(PLACE)].map(([, name = '']) => name);
}

function toldOf(sheet: OpenSheet, step: Step) {
  const fact = sheet.status.steps[step.id]?.doneBy;
  const outcome = outcomeDone(step, partOf(fact));
  return { told: outcome?.told ?? step.told, fact, fields: outcome?.asks ?? step.form };
}

export function partOf(fact: OpenFact | undefined): string | undefined {
  return fact?.fact.includes('.') ? fact.fact.slice(fact.fact.indexOf('.') + 1) : undefined;
}

/** Where the protocol has no words of its own for how it ended. */
const PLAINLY: Readonly<Record<string, string>> = {
  'not-appropriate': 'not appropriate',
  overridden: 'gone on without it',
  refused: 'they do not agree',
  withdrawn: 'they changed their mind',
  'none-found': 'nobody found',
};

/** What is said of a step that is done, in a sentence without a name: "Euston named." */
export function doneWords(sheet: OpenSheet, step: Step, fact: OpenFact | undefined): Open {
  const part = partOf(fact);
  const outcome = outcomeDone(step, part);
  if (outcome) return fill(outcome.done, sheet, { fact, fields: outcome.asks });
  const plain = part === undefined ? undefined : PLAINLY[part];
  if (plain) return open`${capital(protocolWords(step.title))}: ${protocolWords(plain)}.`;
  if (step.whenDone) return fill(step.whenDone, sheet);
  if (step.kind === 'assign') return open`${capital(roleName(sheet, step.fills))} named.`;
  return step.kind === 'meet'
    ? open`${capital(protocolWords(step.title))} held.`
    : open`${capital(protocolWords(step.title))}.`;
}

/** Sent by the program, of itself or since somebody pressed: nobody owes it. */
export function isMachines(sheet: OpenSheet, step: Step): boolean {
  return step.kind === 'send' && (step.automatic || isPressed(sheet, step)) && !awaitsWord(sheet, step);
}

/** Somebody has sent it, or had it sent, and no later decision asks for it again. What may be sent again is pressed again. */
export function isPressed(sheet: OpenSheet, step: SendStep): boolean {
  return !step.repeats && stands(sheet, step.id);
}

/** Sent to somebody whose mailbox the program does not see: a person has to say that it has arrived. */
export function awaitsWord(sheet: OpenSheet, step: Step): boolean {
  if (step.kind !== 'send' || step.done !== 'received') return false;
  if (step.to.some((target) => target.startsWith('mailbox/'))) return false;
  return stands(sheet, isMailed(step) ? `${step.id}.sent` : step.id);
}

/** Recorded, and not set aside by a decision that reopened it. */
function stands({ protocol, case: theCase }: OpenSheet, name: string): boolean {
  const is = ({ fact }: { readonly fact: string }) => fact === name;
  return theCase.facts.some(is) && inForce(protocol, theCase).some(is);
}

/**
 * What has to be done next, by whoever: the open step with the earliest act-by.
 * @param roles of somebody who may pass a gate with a written reason, where it is their own next step
 */
export function nextSteps(sheet: OpenSheet, roles: readonly RoleId[] = []): readonly Step[] {
  const { protocol, status } = sheet;
  if (status.ended || status.stopped) return [];
  const order = Object.keys(protocol.steps);
  return Object.values(protocol.steps)
    .filter(
      (step) =>
        status.steps[step.id]?.state === 'open' &&
        !isMachines(sheet, step) &&
        !step.optional &&
        status.steps[step.id]?.blockedBy.every(({ soft }) => soft !== undefined && roles.includes(soft)) === true,
    )
    .sort((one, other) => {
      const [a, b] = [deadlineOf(sheet, one.id)?.actBy ?? '9999', deadlineOf(sheet, other.id)?.actBy ?? '9999'];
      return a < b ? -1 : a > b ? 1 : order.indexOf(one.id) - order.indexOf(other.id);
    });
}

/** @param isOwn whether a step is the reader's: their own goes before what is due sooner and somebody else's */
export function nextSentence(sheet: OpenSheet, byName: boolean, isOwn: (step: Step) => boolean = () => false): Open {
  const steps = nextSteps(sheet);
  const next = steps.find(isOwn) ?? steps[0];
  if (!next) return NOTHING;
  const role = owingRole(sheet, next);
  const deadline = deadlineOf(sheet, next.id);
  const who = role ? open`, ${ownerName(sheet, role, byName)}` : NOTHING;
  const due = deadline ? open`, ${dueWords(deadline, sheet.now)}` : NOTHING;
  const { booking } = sheet.status.steps[next.id] ?? {};
  const booked = booking ? open`, ${openTime(booking.start)}` : NOTHING;
  return open`Next: ${protocolWords(next.title)}${booked}${who}${due}.`;
}

/** "Decided by Sam Green, Mon 21 Dec 2026, 11:04." */
export function whoAndWhen(sheet: OpenSheet, step: Step, fact: OpenFact): Open {
  const verb = step.kind === 'decide' || step.kind === 'resolve' ? 'Decided' : 'Recorded';
  return open`${protocolWords(verb)} by ${whoDid(sheet, fact.by)}, ${openTime(fact.recordedAt)}.`;
}

/** Roles as people to ask: "Front-door managers". */
export function rolePlural(sheet: OpenSheet, role: RoleId): Open {
  return capital(open`${roleName(sheet, role)}${protocolWords('s')}`);
}

export function caseTitle(sheet: OpenSheet, words: Open): Open {
  return open`${openReference(sheet)}: ${words}`;
}

export function namesOf(people: readonly Person[]): Open {
  return openList(people.map(staffName), ' and ');
}

/** What the button that books says: the offer's own words where booking carries the offer out. */
export function offerWords(sheet: OpenSheet, step: Step): Open {
  // The button of a session is what is decided in it.
  if (step.kind === 'meet' && step.sessionOf !== undefined) return protocolWords('Book this time');
  return protocolWords(step.button ?? (sheet.status.steps[step.id]?.noTime ? 'Book this time' : 'Book and invite'));
}
