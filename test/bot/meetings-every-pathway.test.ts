/** Every meeting of every pathway, with whatever can become of its time: the cards can be read, and the channel's hold nobody's name. */
import { describe, expect, test } from '@jest/globals';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { meetingName } from '../../bot/cards/meeting-words.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { type Booking, PROGRAM, type RecordedFact, type StepView } from '../../src/domain/case/types.ts';
import type { MeetStep, RoleId } from '../../src/domain/protocol/types.ts';
import { parseDay } from '../../src/domain/time/instant.ts';
import { london } from '../application/world.ts';
import { forced, PLANTED, person, sheetOf } from './any-sheet.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';

const protocols = loadProtocols();
const drawing = createDrawing({ signingKey: 'a key of the tests' });
const meetings = protocols
  .all()
  .flatMap((protocol) =>
    Object.values(protocol.steps).flatMap((step) => (step.kind === 'meet' ? [{ protocol, step }] : [])),
  );

function fact(step: MeetStep, part: string, by: string): RecordedFact {
  return {
    ...{ type: 'fact-recorded', seq: 3, recordedAt: london('2026-12-17', '16:20'), by, commandKey: part },
    ...{ fact: `${step.id}.${part}`, at: london('2026-12-17', '16:20'), answers: {} },
    personal: { reason: PLANTED, 'late-reason': PLANTED },
  };
}

const TIMES = { start: london('2026-12-30', '10:00'), end: london('2026-12-30', '11:00') };
const WAS = { start: london('2026-12-21', '10:00'), end: london('2026-12-21', '11:00') };

/** What became of it: the step as the engine derives it then. */
function became(step: MeetStep): Readonly<Record<string, Partial<StepView>>> {
  const role = step.with.flatMap((target) => (target.startsWith('role/') ? [target.slice(5)] : []))[0] ?? 'nobody';
  const at = fact(step, 'moved', PROGRAM).recordedAt;
  const moved: Booking = { ...TIMES, state: 'booked', eventId: 'event', organiser: 'another', inOutlook: { at } };
  const past = { ...moved, was: [{ ...WAS, by: PROGRAM, at }], pastLimit: parseDay('2026-12-23') };
  const declined = [{ role, person: person.id, by: fact(step, 'declined', PROGRAM) }];
  return {
    booked: { booking: { ...TIMES, state: 'booked', eventId: 'event', organiser: 'another' } },
    'being moved': { booking: { ...TIMES, state: 'asked', eventId: 'event', organiser: 'another', was: past.was } },
    moved: { booking: { ...moved, was: past.was } },
    'past its limit': { booking: past },
    kept: { booking: { ...past, kept: fact(step, 'kept', person.id) } },
    declined: { booking: { ...moved, declined } },
    deleted: { lost: fact(step, 'cancelled', PROGRAM) },
    cancelled: { lost: fact(step, 'cancelled', person.id) },
    'not held': { lost: fact(step, 'not-held', person.id) },
    'without a time': { noTime: fact(step, 'no-time', PROGRAM) },
  };
}

function sheetWith(base: CaseSheet, step: MeetStep, view: Partial<StepView>): CaseSheet {
  const open = forced(base, step.id, 'open');
  const steps = { ...open.status.steps, [step.id]: { ...(open.status.steps[step.id] as StepView), ...view } };
  return { ...open, status: { ...open.status, steps } };
}

describe.each(meetings.map(({ protocol, step }) => [`${protocol.id}: ${step.id}`, protocol, step] as const))(
  '%s',
  (_name, protocol, step) => {
    const base = sheetOf(protocols, protocol);
    const roles: readonly RoleId[] = Object.keys(protocol.council.roles);
    const viewer = { person: person.id, roles, name: person.name };
    const cases = Object.entries(became(step)).map(([name, view]) => [name, sheetWith(base, step, view)] as const);

    test.each(cases)('%s, for one who may do all of it', (_what, sheet) => {
      const drawn = drawing.step(sheet, step.id, { viewer });
      expect(faultsOf(drawn?.card ?? {})).toEqual([]);
      expect(inputsOf(drawn?.card ?? {}).every(({ label }) => label)).toBe(true);
      expect(drawn?.bell).not.toContain(PLANTED);
      expect(drawn?.bell).not.toContain(person.name);
      expect(drawn?.bell.length).toBeLessThanOrEqual(90);
      expect(buttonsOf(drawn?.card ?? {}).length).toBeGreaterThan(1);
    });

    test.each(cases)('%s, in its channel', (_what, sheet) => {
      const drawn = drawing.step(sheet, step.id, { channel: 'any' });
      expect(faultsOf(drawn?.card ?? {})).toEqual([]);
      expect(JSON.stringify(drawn)).not.toContain(PLANTED);
      expect(JSON.stringify(drawn)).not.toContain(person.name);
    });

    test('past its limit, what its channel reads has the reference, the date and no name', () => {
      const [past, kept] = ['past its limit', 'kept'].map((what) => cases.find(([name]) => name === what)?.[1]);
      const read = (sheet: CaseSheet | undefined) =>
        sheet ? wordsOf(drawing.step(sheet, step.id, { channel: 'any' })?.card ?? {}) : '';
      expect(read(past)).toContain(
        `${base.case.reference}: ${meetingName(step)} needs a new date, limit Wed 23 Dec 2026.`,
      );
      expect(read(kept)).toMatch(/\d+ working days past its limit\.\n/);
      expect(read(kept)).toContain('Reason recorded. New date Wed 30 Dec 2026.');
    });
  },
);
