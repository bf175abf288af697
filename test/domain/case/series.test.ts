/** What comes again and again: a meeting every six weeks, a review every year (`every`). */
import type { Due, Protocol } from '../../../src/domain/protocol/types.ts';
import { ann, dan, opened, truth } from './opened.ts';
import { decision, field, meet, outcome, pathway, record, send } from './pathway.ts';
import { type Play, program } from './play.ts';

const every = (n: number, unit: string, of: string, more: object = {}): Due =>
  ({ form: 'every', count: { n, unit }, of, rules: ['MAD-6'], instead: [], ...more }) as Due;

const begun = (protocol: Protocol, at = '2026-11-13T09:00'): Play => opened(protocol, { at });

describe('a meeting every six weeks', () => {
  const way = pathway({
    plan: record({ whenDone: 'The plan was shared.' }),
    taf: meet({ title: 'TAF meeting', after: ['plan'], due: [every(6, 'weeks', 'plan')] }),
    minutes: record({ after: ['taf.held'] }),
  });
  const shared = () => begun(way).does(ann, 'plan');

  test('has no date until what it begins with has happened', () => {
    const it = begun(way);
    expect([it.state('taf'), it.due('taf')]).toEqual(['waiting', undefined]);
  });

  test('is due first six weeks after the plan, on the working day before where that is a day off', () => {
    // The 42nd day after Fri 13 Nov is Christmas Day.
    const it = shared();
    expect(it.due('taf')).toMatchObject({ due: '2026-12-24', dueAt: '2026-12-24T17:00:00.000Z', kind: 'session' });
    expect(it.because('taf')).toBe(
      '6 weeks from Fri 13 Nov 2026, when the plan was shared. Fri 25 Dec 2026 is Christmas Day, so it moves to the working day before, Thu 24 Dec 2026. Rule MAD-6.',
    );
  });

  test('is open again when it was held, and due six weeks after that day', () => {
    const it = shared().at('2026-12-15T10:00').does(ann, 'taf', 'held');
    const view = it.status.steps.taf;
    expect(view?.state).toBe('open');
    expect(view?.doneBy).toBeUndefined();
    expect(view?.last).toMatchObject({ fact: 'taf.held', at: '2026-12-15T10:00:00.000Z' });
    expect(it.due('taf')?.due).toBe('2027-01-26');
    expect(it.because('taf')).toBe('6 weeks from Tue 15 Dec 2026, when it was last held. Rule MAD-6.');
    it.at('2027-01-20T10:00').does(ann, 'taf', 'held');
    expect(it.due('taf')?.due).toBe('2027-03-03');
    expect(it.status.steps.taf?.last?.at).toBe('2027-01-20T10:00:00.000Z');
    expect(it.case.facts.filter(({ fact }) => fact === 'taf.held')).toHaveLength(2);
  });

  test('once held it was held: what comes after it opens, and stays open after the next one', () => {
    const it = shared();
    expect(truth(it, way, 'taf').is).toBe('unknown');
    expect(it.state('minutes')).toBe('waiting');
    it.at('2026-12-15T10:00').does(ann, 'taf', 'held');
    expect(truth(it, way, 'taf')).toMatchObject({ is: 'true', at: '2026-12-15T10:00:00.000Z' });
    expect(it.state('minutes')).toBe('open');
    it.does(ann, 'minutes').at('2027-01-20T10:00').does(ann, 'taf', 'held');
    expect(truth(it, way, 'taf.held')).toMatchObject({ is: 'true', at: '2027-01-20T10:00:00.000Z' });
    expect(it.state('minutes')).toBe('done');
  });

  test('keeps who came to each time, and what rests on it', () => {
    const attended = field('attended', {
      type: 'choices',
      options: [
        { id: 'asker', label: 'asker' },
        { id: 'family', label: 'family' },
      ],
    });
    const pathwayWithNames = pathway({
      plan: record({ whenDone: 'The plan was shared.' }),
      taf: meet({ after: ['plan'], due: [every(6, 'weeks', 'plan')], form: { attended } }),
      told: record({ after: ['taf.absent.family'] }),
    });
    const it = begun(pathwayWithNames)
      .does(ann, 'plan')
      .does(program, 'taf', 'booked', { start: '2026-12-15T10:00', eventId: 'e1', organiser: 'ann' })
      .at('2026-12-15T12:00')
      .does(ann, 'taf', 'held', { attended: ['asker', 'family'] });
    expect(it.state('told')).toBe('not-applicable');
    expect(it.status.steps.taf?.last).toMatchObject({ answers: { attended: ['asker', 'family'] } });
    it.at('2027-01-20T10:00').does(ann, 'taf', 'held', { attended: ['asker'] });
    expect(it.state('told')).toBe('open');
    expect(it.case.facts.filter(({ fact }) => fact === 'taf.held').map(({ answers }) => answers.attended)).toEqual([
      ['asker', 'family'],
      ['asker'],
    ]);
  });

  test('whose time was not held has lost it, and is booked anew with what it had kept', () => {
    const it = shared()
      .does(program, 'taf', 'booked', { start: '2026-12-15T10:00', eventId: 'e1', organiser: 'ann' })
      .at('2026-12-15T12:00')
      .does(ann, 'taf', 'not-held');
    expect(it.status.steps.taf).toMatchObject({ state: 'open', lost: { fact: 'taf.not-held' } });
    expect(it.effects.filter(({ kind }) => ['unbook', 'diary'].includes(kind))).toEqual([]);
    it.does(ann, 'taf', 'booking', { start: '2026-12-17T10:00' });
    expect(it.status.steps.taf?.booking).toMatchObject({ was: [{ start: '2026-12-15T10:00:00.000Z', by: 'ann' }] });
    it.does(program, 'taf', 'booked', { start: '2026-12-17T10:00', eventId: 'e2', organiser: 'ann' })
      .at('2026-12-17T12:00')
      .does(ann, 'taf', 'held');
    // The next time begins with a clean sheet.
    it.does(ann, 'taf', 'booking', { start: '2027-01-26T10:00' });
    expect(it.status.steps.taf?.booking).toMatchObject({ state: 'asked' });
    expect(it.status.steps.taf?.booking?.was).toBeUndefined();
    expect(it.effects.filter(({ kind }) => kind === 'book')).toHaveLength(1);
  });

  test('that did not take place is owed as before; the one before it was held all the same', () => {
    const it = shared().at('2026-12-15T10:00').does(ann, 'taf', 'held');
    it.at('2027-01-26T10:00').does(ann, 'taf', 'not-held');
    expect(it.due('taf')?.due).toBe('2027-01-26');
    expect(truth(it, way, 'taf').is).toBe('true');
    expect(it.status.steps.taf).toMatchObject({ state: 'open', last: { fact: 'taf.held' } });
  });

  test('wants a booking of its own each time, and the one that took place is left in the diary', () => {
    const it = shared().does(program, 'taf', 'booked', { start: '2026-12-15T10:00', eventId: 'e1', organiser: 'ann' });
    expect(it.status.steps.taf?.booking?.eventId).toBe('e1');
    it.at('2026-12-15T11:15').does(ann, 'taf', 'held');
    // What is said afterwards happened when the meeting began.
    expect(it.status.steps.taf?.last?.at).toBe('2026-12-15T10:00:00.000Z');
    expect(it.status.steps.taf?.booking).toBeUndefined();
    expect(it.effects.filter(({ kind }) => kind === 'unbook')).toEqual([]);
    it.does(program, 'taf', 'booked', { start: '2027-01-26T10:00', eventId: 'e2', organiser: 'ann' });
    expect(it.status.steps.taf?.booking?.eventId).toBe('e2');
  });

  test('is owed no more when the case has ended', () => {
    const protocol = pathway({
      taf: meet({ due: [every(6, 'weeks', 'start.sent')] }),
      start: send(),
      end: record({ ends: 'over' }),
    });
    const it = begun(protocol).does(program, 'start', 'sent');
    expect(it.due('taf')?.due).toBe('2026-12-24');
    it.does(ann, 'end');
    expect([it.state('taf'), it.due('taf')]).toEqual(['skipped', undefined]);
  });
});

describe('a meeting that comes again and decides something each time', () => {
  const way = pathway({
    review: meet({
      due: [every(4, 'weeks', 'start')],
      outcomes: { 'go-on': outcome(), close: outcome(), worry: outcome() },
    }),
    alarm: record({ after: ['review.worry'] }),
    start: send({ to: ['role/asker'] }),
  });

  test('is open until it is said what came of it, and then again', () => {
    const it = begun(way).at('2026-12-08T10:00').does(ann, 'review', 'held');
    expect(it.status.steps.review?.last?.fact).toBe('review.held');
    it.at('2026-12-09T10:00').does(ann, 'review', 'go-on');
    // The next one counts from the day of the meeting, not from the day on which its outcome was written down.
    expect(it.status.steps.review?.last).toMatchObject({ fact: 'review.held', at: '2026-12-08T10:00:00.000Z' });
    expect(it.due('review')?.due).toBe('2027-01-05');
    expect(it.status.steps.review?.outcome).toBeUndefined();
  });

  test('an outcome that came once opens its step, and a later meeting does not close it', () => {
    const it = begun(way).does(ann, 'review', 'go-on');
    expect([truth(it, way, 'review.worry').is, it.state('alarm')]).toEqual(['unknown', 'waiting']);
    it.at('2026-12-08T10:00').does(ann, 'review', 'worry');
    expect(it.state('alarm')).toBe('open');
    it.at('2027-01-05T10:00').does(ann, 'review', 'go-on');
    expect(it.state('alarm')).toBe('open');
    expect(truth(it, way, 'review').is).toBe('true');
  });
});

describe('a record, a decision or a letter that comes again', () => {
  test('counts from the last time that it was done', () => {
    const protocol = pathway({
      note: record({ due: [every(1, 'months', 'start')] }),
      check: decision({ good: outcome(), bad: outcome() }, { due: [every(2, 'weeks', 'start')] }),
      start: send({ to: ['role/asker'] }),
    });
    const it = begun(protocol);
    expect(it.due('note')?.due).toBe('2026-12-11');
    it.at('2026-11-30T10:00').does(ann, 'note').does(dan, 'check', 'good');
    expect([it.due('note')?.due, it.due('check')?.due]).toEqual(['2026-12-30', '2026-12-14']);
    expect(it.because('note')).toContain('1 month from Mon 30 Nov 2026, when it was last done.');
    it.at('2026-12-14T10:00').does(dan, 'check', 'bad');
    expect(truth(it, protocol, 'check.good').is).toBe('true');
    expect([it.state('note'), it.state('check')]).toEqual(['open', 'open']);
  });

  test('a letter every month is sent again each time', () => {
    const protocol = pathway({
      letter: send({ due: [every(1, 'months', 'start')] }),
      start: send({ to: ['role/asker'] }),
    });
    const it = begun(protocol).does(ann, 'letter').does(program, 'letter', 'sent');
    expect(it.state('letter')).toBe('open');
    it.at('2026-12-11T09:00').does(ann, 'letter').does(program, 'letter', 'sent');
    expect(it.effects.filter(({ kind }) => kind === 'mail')).toEqual([]);
    expect(it.allEffects.filter(({ kind }) => kind === 'mail')).toHaveLength(2);
    expect(it.due('letter')?.due).toBe('2027-01-11');
  });

  test('once a year: a day at a weekend moves to the working day before', () => {
    const protocol = pathway(
      { review: record({ due: [every(1, 'years', 'plan-made')] }) },
      {
        facts: {
          'plan-made': { title: 'plan made', precision: 'day', expected: false, by: ['asker'], form: {}, rules: [] },
        },
      },
    );
    // 3 Jan 2027 is a Sunday, and the Friday before it New Year's Day.
    const it = begun(protocol).says(ann, 'plan-made', {}, '2026-01-03');
    expect(it.due('review')).toMatchObject({ due: '2026-12-31', actBy: '2026-12-31' });
  });

  test('a switch may replace how often', () => {
    const protocol = pathway({
      taf: meet({
        due: [
          every(6, 'weeks', 'start', {
            instead: [{ when: 'setting.counting.calendar', count: { n: 4, unit: 'weeks' }, rules: [] }],
          }),
        ],
      }),
      start: send({ to: ['role/asker'] }),
    });
    const it = begun(protocol);
    expect(it.due('taf')?.due).toBe('2026-12-11');
    expect(it.because('taf')).toContain("The council's setting “counting” is “calendar”: 4 weeks instead of 6.");
  });

  test('that is optional says when the next would be, and is never a breach', () => {
    const protocol = pathway({
      taf: meet({
        optional: true,
        due: [every(6, 'weeks', 'start')],
        form: { who: field('who', { required: false }) },
      }),
      start: send({ to: ['role/asker'] }),
    });
    expect(begun(protocol).at('2027-03-01T10:00').due('taf')).toMatchObject({ due: '2026-12-24', kind: 'target' });
  });
});
