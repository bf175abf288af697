/** What a meeting's card says of those who come, of where it is, and of who can do something about a no. */
import { describe, expect, test } from '@jest/globals';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { type Booking, PROGRAM, type RecordedFact, type StepView } from '../../src/domain/case/types.ts';
import { london } from '../application/world.ts';
import { forced, person, sheetOf } from './any-sheet.ts';
import { buttonsOf, wordsOf } from './check-card.ts';

const protocols = loadProtocols();
const drawing = createDrawing({ signingKey: 'a key of the tests' });
const TIMES = { start: london('2026-12-30', '10:00'), end: london('2026-12-30', '11:00') };
const STANDS: Booking = { ...TIMES, state: 'booked', eventId: 'event', organiser: 'another' };

function withBooking(pathway: string, step: string, booking: Booking): CaseSheet {
  const open = forced(sheetOf(protocols, protocols.get(pathway)), step, 'open');
  const view: StepView = { ...(open.status.steps[step] as StepView), booking };
  return { ...open, status: { ...open.status, steps: { ...open.status.steps, [step]: view } } };
}

function shown(sheet: CaseSheet, step: string, roles: readonly string[]) {
  const drawn = drawing.step(sheet, step, { viewer: { person: person.id, roles, name: person.name } });
  const card = drawn?.card ?? {};
  return { words: wordsOf(card), bell: drawn?.bell, titles: buttonsOf(card).map(({ title }) => String(title)) };
}

function saidNo(role: string): Booking {
  const by: RecordedFact = {
    ...{ type: 'fact-recorded', seq: 9, recordedAt: london('2026-12-17', '16:20'), by: PROGRAM, commandKey: 'no' },
    ...{ fact: 'x.declined', at: london('2026-12-17', '16:20'), answers: {} },
  };
  return { ...STANDS, declined: [{ role, person: 'another', by }] };
}

test('a lead professional outside the council is among those who come', () => {
  const step = 'final-meeting';
  const sheet = withBooking('barnsley/step-down-with-lead', step, STANDS);
  const outside = { ...sheet, holders: { ...sheet.holders, 'lead-professional': [] } };
  expect(shown(outside, step, ['social-worker']).words).toMatch(
    /With: .*, the lead professional, the family and the network\./,
  );
});

describe('a meeting that is held in a room', () => {
  const rooms = [{ name: 'Meeting room 1', mail: 'room.1@camden.example' }];
  const words = (booking: Booking) =>
    shown({ ...withBooking('camden/after-cin-review', 'review', booking), rooms }, 'review', ['social-worker']).words;

  test('says no link while the room is still looked for, and the room once it is found', () => {
    const asked = words({ ...TIMES, state: 'asked' });
    expect(asked).toContain('A room, or a Teams link where none is free.');
    expect(asked).not.toContain('Teams link in the invitation.');
    const booked = words({ ...STANDS, room: 'room.1@camden.example' });
    expect(booked).toContain('Room: Meeting room 1.');
    expect(booked).not.toContain('Teams link');
    expect(words(STANDS)).toContain('Teams link in the invitation.');
  });
});

test('who may name somebody else and not move the meeting is not told to choose a time', () => {
  const step = 'final-meeting';
  const { words, titles } = shown(withBooking('knowsley/step-down-level-3', step, saidNo('lead-practitioner')), step, [
    'duty-team-manager',
  ]);
  expect(words).toContain('The lead practitioner cannot come. Choose somebody else.');
  expect(titles).toContain('Name somebody else');
  expect(titles).not.toContain('Other times');
});

test('moved past its limit and then declined: the bell says what is new, and the card both', () => {
  const past = { ...saidNo('family-worker'), inOutlook: { at: london('2026-12-17', '16:00') } };
  const sheet = withBooking('camden/after-assessment', 'joint-visit', {
    ...past,
    pastLimit: '2026-12-23' as NonNullable<Booking['pastLimit']>,
  });
  const { words, bell } = shown(sheet, 'joint-visit', ['social-worker']);
  expect(bell).toMatch(/: the family worker cannot come$/);
  expect(words).toContain('moved past its limit');
  expect(words).toContain('The family worker cannot come.');
});

test('a meeting with a long title has a short name in sentences, and no bell ends in the middle of what happened', () => {
  const step = 'join-taf';
  const open = forced(sheetOf(protocols, protocols.get('barnsley/specialist-step-in')), step, 'open');
  const lost: RecordedFact = {
    ...{ type: 'fact-recorded', seq: 9, recordedAt: london('2026-12-17', '16:20'), by: PROGRAM, commandKey: 'gone' },
    ...{ fact: `${step}.cancelled`, at: london('2026-12-17', '16:20'), answers: { how: 'deleted' } },
  };
  const view: StepView = { ...(open.status.steps[step] as StepView), lost };
  const sheet = { ...open, status: { ...open.status, steps: { ...open.status.steps, [step]: view } } };
  const { words, bell } = shown(sheet, step, ['specialist-lead-professional']);
  expect(bell).toMatch(/: the next TAF meeting needs a new time$/);
  expect(words).toMatch(/: the next TAF meeting needs a new time\n/);
  expect(protocols.get('barnsley/specialist-step-in').steps[step]?.title).toContain('which the service joins');
});
