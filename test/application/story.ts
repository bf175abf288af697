/** Camden's step down after an assessment, as the people of the story press their way through it. Everybody is invented. */
import type { CaseSheet, Performed } from '../../src/application/sheet.ts';
import type { Answers, Command } from '../../src/domain/case/types.ts';
import { london, type TestWorld } from './world.ts';

export const PATHWAY = 'camden/after-assessment';

/** What no subject, channel or notification may ever say. */
export const FAMILY = [
  'Perpetua Quillfeather',
  'Barnaby Quillfeather',
  'Quillfeather',
  'Larkspur',
  '4417720',
  'head-banging',
];

export const OFFERED = [london('2026-12-30', '10:00'), london('2026-12-31', '14:00'), london('2027-01-04', '10:00')];

export interface Referral {
  readonly completed?: string;
  readonly times?: readonly string[];
  readonly children?: number;
  readonly agreement?: Answers | undefined;
  /** Year of birth of the first child; default: another one for each family. */
  readonly born?: number;
}

const AGREED: Answers = { who: ['mother'], at: '2026-12-17', how: 'in-person' };

/** How many referrals each world has had: every family has children of its own, so that none is found on another one's case. */
const families = new WeakMap<TestWorld, number>();

/** Fills the draft of the referral page by page. @returns its id */
export async function fill(at: TestWorld, by = 'Amara', referral: Referral = {}): Promise<string> {
  const { drafts } = at.stepwise;
  const person = at.id(by);
  const draft = await drafts.begin(person, PATHWAY);
  const family = families.get(at) ?? 0;
  families.set(at, family + 1);
  const save = (page: string, answers: Answers) => drafts.save(person, draft.id, page, answers);
  const agreement = 'agreement' in referral ? referral.agreement : AGREED;
  if (agreement) await save('agreement', agreement);
  await save('assessment', { at: referral.completed ?? '2026-12-17', 'lead-service': 'early-help' });
  await drafts.setChildren(person, draft.id, referral.children ?? 2);
  await save('child.1', {
    name: 'Perpetua Quillfeather',
    'birth-date': `27 3 ${referral.born ?? 2015 - family}`,
    mosaic: '4417720',
    schools: 'Larkspur Primary',
    'support-needed': 'Help with bedtimes',
    reasons: 'Reports of head-banging',
  });
  if ((referral.children ?? 2) > 1)
    await save('child.2', {
      name: 'Barnaby Quillfeather',
      'birth-date': `2 11 ${2018 - family}`,
      mosaic: 'not known, born abroad',
      'same-as-first': ['schools', 'support-needed', 'reasons'],
    });
  await save('plan', {
    summary: 'Help with bedtimes. Reports of head-banging.',
    outline: 'A family worker visits each week.',
    'way-back': 'If the head-banging starts again.',
  });
  await save('times', { times: referral.times ?? OFFERED });
  await save('check', { 'agreement-covers-all': true, 'assessment-document': 'https://camden.example/assessment' });
  return draft.id;
}

let presses = 0;
export function key(): string {
  presses += 1;
  return `press-${presses}`;
}

/** Throws where the press is refused, so that a story fails at the press that went wrong. */
export function ok(performed: Performed): CaseSheet {
  if (performed.ok) return performed.sheet;
  throw new Error(
    `${performed.refusal.code}: ${performed.refusal.words} ${JSON.stringify(performed.refusal.faults ?? {})}`,
  );
}

export async function refer(at: TestWorld, referral: Referral = {}, by = 'Amara'): Promise<CaseSheet> {
  const id = await fill(at, by, referral);
  const sheet = ok(await at.stepwise.send(at.id(by), id, key()));
  await at.settle();
  return (await at.stepwise.sheet(sheet.case.id)) as CaseSheet;
}

/** A press, and all that follows from it. */
export async function press(at: TestWorld, by: string, caseId: string, ...commands: Command[]): Promise<CaseSheet> {
  ok(await at.stepwise.perform(at.id(by), caseId, commands, key()));
  await at.settle();
  return (await at.stepwise.sheet(caseId)) as CaseSheet;
}

export function record(step: string, part: string | undefined, answers: Answers = {}, more: object = {}): Command {
  return { type: 'record', step, ...(part ? { part } : {}), answers, ...more };
}

export const fact = (name: string, answers: Answers = {}, personal?: Answers): Command => ({
  type: 'fact',
  fact: name,
  answers,
  ...(personal ? { personal } : {}),
});

export const nameTeam = (at: TestWorld, id: string, team = 'euston', by = 'Dawn') =>
  press(at, by, id, record('front-door', 'team', { team }));

export async function bookConsultation(at: TestWorld, id: string, by = 'Grace'): Promise<CaseSheet> {
  const sheet = (await at.stepwise.sheet(id)) as CaseSheet;
  const { times } = await at.stepwise.timesFor(sheet, 'consultation', false);
  const start = times[0]?.start;
  if (!start) throw new Error('No time for the consultation.');
  return press(at, by, id, record('offer', undefined), record('consultation', 'booking', { start }));
}

export const accept = (at: TestWorld, id: string, worker = 'Jo', by = 'Grace') =>
  press(
    at,
    by,
    id,
    record('acceptance', 'accepted'),
    record('worker', undefined, { worker: at.id(worker), 'c1.course': 'accept', 'c2.course': 'accept' }),
  );

/** Referred, with a team, and the consultation held; it is that day, 16:00. @returns the case's id */
export async function upToTheConsultation(at: TestWorld, day: string): Promise<string> {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  await bookConsultation(at, id);
  await at.moveTo(day, '16:00');
  await press(at, 'Grace', id, record('consultation', 'held'));
  return id;
}

/** The worker is named, the visit is booked for Wed 30 Dec 2026 and MOSAIC is filled in; it is Mon 21 Dec, 16:00. @returns the case's id */
export async function upToTheVisit(at: TestWorld): Promise<string> {
  const id = await upToTheConsultation(at, '2026-12-21');
  await accept(at, id);
  await press(at, 'Amara', id, record('section-4', undefined, { complete: true, 'next-step': true, at: '2026-12-21' }));
  await press(
    at,
    'Priya',
    id,
    record('next-actions', undefined, { actions: true, 'passed-to': 'eu', at: '2026-12-21' }),
  );
  return id;
}
