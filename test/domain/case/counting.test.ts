/** Windows, repeated records, forums of every kind, notice, and what counts as which day. */
import { readCase } from '../../../src/domain/case/reading.ts';
import { earliestFor } from '../../../src/domain/due.ts';
import type { Council, Cycle, MeetStep, Protocol } from '../../../src/domain/protocol/types.ts';
import { parseDay, parseInstant } from '../../../src/domain/time/instant.ts';
import { ann, dan, due, opened, truth } from './opened.ts';
import {
  calendar,
  condition,
  council,
  decision,
  field,
  gate,
  meet,
  outcome,
  pathway,
  record,
  send,
  within,
} from './pathway.ts';
import { type Play, program } from './play.ts';

describe('a window of three months', () => {
  const day = { precision: 'day', expected: false, by: ['asker'], form: {}, rules: [] } as const;
  const way = pathway(
    {
      refused: decision({ yes: outcome(), no: outcome() }),
      back: record({ after: ['soon'] }),
      anew: record({ after: ['received'], unless: ['soon'] }),
      late: record({ after: ['refused-soon'] }),
    },
    {
      facts: {
        closed: { ...day, title: 'case closed' },
        received: { ...day, title: 'assessment received' },
      },
      conditions: {
        soon: condition({ window: { happened: 'received', within: { n: 3, unit: 'months' }, of: 'closed' } }),
        'refused-soon': condition({
          window: { happened: 'refused.yes', within: { n: 2, unit: 'weeks' }, of: 'closed' },
        }),
      },
    },
  );
  const received = (closed: string, when: string) =>
    opened(way).at('2027-06-01T09:00').says(ann, 'closed', {}, closed).says(ann, 'received', {}, when);

  test.each([
    ['on the day of closing', '2026-11-30', '2026-11-30', 'true'],
    ['on its last day, the end of February', '2026-11-30', '2027-02-28', 'true'],
    ['the day after', '2026-11-30', '2027-03-01', 'false'],
    ['before the case was closed', '2026-11-30', '2026-11-29', 'false'],
  ])('%s: closed %s, received %s, it is %s', (_, closed, when, is) => {
    expect(truth(received(closed, when), way, 'soon').is).toBe(is);
  });

  test('that has not come about yet holds back, and names the step that it waits for', () => {
    const it = opened(way).says(ann, 'closed', {}, '2026-12-17');
    expect(it.refused(ann, 'late').words).toBe('Not yet: “refused” comes first.');
  });

  test('has the time of what happened in it, and opens one way or the other', () => {
    const inside = received('2026-11-30', '2027-02-28');
    expect(truth(inside, way, 'soon')).toMatchObject({ at: '2027-02-28' });
    expect([inside.state('back'), inside.state('anew')]).toEqual(['open', 'not-applicable']);
    const outside = received('2026-11-30', '2027-03-01');
    expect([outside.state('back'), outside.state('anew')]).toEqual(['not-applicable', 'open']);
  });

  test('is not known until both have happened, and false when one can no longer come', () => {
    const it = opened(way);
    expect(truth(it, way, 'soon').is).toBe('unknown');
    expect(truth(it.says(ann, 'closed', {}, '2026-12-17'), way, 'soon').is).toBe('unknown');
    expect(truth(it.does(dan, 'refused', 'no'), way, 'refused-soon').is).toBe('false');
  });

  test('in which a moment counts by its London day', () => {
    const it = opened(way).says(ann, 'closed', {}, '2026-12-17').at('2026-12-31T23:30').does(dan, 'refused', 'yes');
    expect(truth(it, way, 'refused-soon').is).toBe('true');
    const late = opened(way).says(ann, 'closed', {}, '2026-12-17').at('2027-01-01T00:30').does(dan, 'refused', 'yes');
    expect(truth(late, way, 'refused-soon').is).toBe('false');
  });
});

describe('a gate that wants several attempts', () => {
  const way = pathway({
    attempt: record({
      repeats: true,
      form: {
        how: field('how', {
          type: 'choice',
          options: [
            { id: 'phone', label: 'Phone' },
            { id: 'visit', label: 'Visit' },
          ],
        }),
      },
    }),
    close: record({ gates: [gate(['attempt'], { atLeast: 2, says: 'Try at least twice.', rules: ['MAD-4'] })] }),
    write: record({ gates: [gate(['attempt.how.visit'], { atLeast: 2, says: 'Visit twice.' })] }),
  });

  test('refuses until they were recorded so often, and says how often so far', () => {
    const it = opened(way);
    expect(it.refused(ann, 'close').words).toBe('Not yet: Try at least twice. So far: 0 of 2. (MAD-4)');
    it.does(ann, 'attempt', undefined, { how: 'phone' });
    expect(it.status.steps.close?.blockedBy).toEqual([
      { says: 'Try at least twice. So far: 1 of 2.', rules: ['MAD-4'], needs: ['attempt'] },
    ]);
    expect(it.refused(ann, 'close').code).toBe('gate');
    it.does(ann, 'attempt', undefined, { how: 'phone' });
    expect(it.status.steps.close?.blockedBy).toEqual([]);
    expect(it.does(ann, 'close').state('close')).toBe('done');
  });

  test('may count one answer only', () => {
    const it = opened(way);
    for (const how of ['phone', 'visit', 'phone']) it.does(ann, 'attempt', undefined, { how });
    expect(it.refused(ann, 'write').words).toContain('So far: 1 of 2.');
    it.does(ann, 'attempt', undefined, { how: 'visit' }).does(ann, 'write');
  });
});

describe('an event in the evening or at a weekend (AMB-45)', () => {
  const late: Council = {
    ...council,
    settings: {
      ...council.settings,
      'late-events': { options: ['same-day', 'next-day'], default: 'next-day', ambiguity: 'AMB-45', also: {} },
    },
  };
  const steps = {
    answer: record({ due: [within(2, 'working days', 'start.sent')] }),
    week: record({ due: [within(7, 'days', 'start.sent')] }),
    quick: record({ due: [within(24, 'hours', 'start.sent')] }),
    start: send(),
  };
  const sentAt = (protocol: Protocol, time: string) => opened(protocol).at(time).does(program, 'start', 'sent');

  test('is day 0 on its own date, unless the council reads it as the next working day', () => {
    expect(sentAt(pathway(steps), '2026-12-18T18:45').due('answer')?.due).toBe('2026-12-22');
    const it = sentAt(pathway(steps, { council: late }), '2026-12-18T18:45');
    expect(it.due('answer')?.due).toBe('2026-12-23');
    expect(it.because('answer')).toMatch(
      /^Fri 18 Dec 2026, 18:45 is after 17:00: counts as Mon 21 Dec\. 2 working days from Mon 21 Dec 2026/,
    );
    expect(sentAt(pathway(steps, { council: late }), '2026-12-19T10:00').due('answer')?.due).toBe('2026-12-23');
    expect(sentAt(pathway(steps, { council: late }), '2026-12-18T17:00').due('answer')?.due).toBe('2026-12-22');
  });

  test('moves no count of days or hours: they run on every day alike', () => {
    const it = sentAt(pathway(steps, { council: late }), '2026-12-18T18:45');
    expect(it.due('week')?.due).toBe('2026-12-25');
    expect(it.due('quick')?.dueAt).toBe('2026-12-19T18:45:00.000Z');
  });
});

describe('a limit that moves back off a day off', () => {
  test('is the working day before', () => {
    const protocol = pathway({
      back: record({ due: [within(8, 'days', 'start.sent', { roll: 'previous-working-day' })] }),
    });
    const it = opened(protocol).does(program, 'start', 'sent');
    expect(it.due('back')).toMatchObject({ due: '2026-12-24', actBy: '2026-12-24' });
    expect(it.because('back')).toContain('so it moves to the working day before, Thu 24 Dec 2026.');
  });
});

describe('a notice', () => {
  const way = pathway({
    taf: meet({
      preferWeekday: 'Wednesday',
      due: [
        due({
          form: 'notice',
          count: { n: 5, unit: 'working days' },
          before: 'taf.starts',
          moment: 'booked',
          instead: [
            { when: 'clear.yes', count: { n: 6, unit: 'working days' }, rules: ['MAD-53'] },
            { when: 'clear.other', of: 'other.starts', rules: [] },
          ],
        }),
      ],
    }),
    other: meet(),
    clear: decision({ yes: outcome({ done: 'Clear days asked for.' }), other: outcome({ done: 'Both on one day.' }) }),
  });
  const booked = () => opened(way).does(ann, 'taf', 'booking', { start: '2026-12-30T10:00' });

  test('is counted back from the meeting, and a switch may ask for more', () => {
    expect(booked().due('taf')?.due).toBe('2026-12-21');
    const it = booked().does(dan, 'clear', 'yes');
    expect(it.due('taf')?.due).toBe('2026-12-18');
    expect(it.because('taf')).toContain('Clear days asked for: 6 working days instead of 5 (MAD-53).');
  });

  test('that is too short asks the one who books for a reason, at the first booking too', () => {
    const strict = pathway({
      taf: meet({
        due: [
          due({
            form: 'notice',
            count: { n: 5, unit: 'working days' },
            before: 'taf.starts',
            moment: 'booked',
            late: 'reason',
          }),
        ],
      }),
    });
    const book = (when: string, reason?: string) => {
      const it = opened(strict).at('2026-12-21T17:01');
      return it.tries(ann, {
        type: 'record',
        step: 'taf',
        part: 'booking',
        answers: { start: when },
        ...(reason === undefined ? {} : { reason }),
      });
    };
    expect(book('2026-12-30T10:00')).toMatchObject({
      code: 'late-reason-needed',
      words: 'The limit was Mon 21 Dec 2026. What got in the way?',
    });
    expect(book('2026-12-30T10:00', 'The child is at risk.')).toHaveLength(1);
    expect(book('2026-12-31T10:00')).toHaveLength(1);
  });

  test('may be counted back from another meeting instead', () => {
    const it = booked().does(dan, 'clear', 'other').does(ann, 'other', 'booking', { start: '2027-01-06T10:00' });
    expect(it.due('taf')?.due).toBe('2026-12-29');
    expect(it.because('taf')).toContain('Both on one day: this is what it counts from.');
  });

  test('gives the earliest day for an invitation that goes now, and the first preferred weekday on or after it', () => {
    const step = way.steps.taf as MeetStep;
    const earliest = (it: Play, time: string) => {
      const found = earliestFor(readCase(way, it.case), step, parseInstant(time), calendar);
      return [found?.earliest.due, found?.preferred?.due];
    };
    // Clear days add one; what goes after 17:00 counts as sent on the next working day (WD-23).
    expect(earliest(opened(way), '2026-12-16T10:00')).toEqual(['2026-12-23', '2026-12-23']);
    expect(earliest(opened(way), '2026-12-16T17:30')).toEqual(['2026-12-24', '2026-12-30']);
    expect(earliest(opened(way), '2026-12-18T17:30')).toEqual(['2026-12-30', '2026-12-30']);
    expect(earliest(opened(way).does(dan, 'clear', 'yes'), '2026-12-16T10:00')).toEqual(['2026-12-24', '2026-12-30']);
    expect(
      earliestFor(
        readCase(way, opened(way).case),
        way.steps.other as MeetStep,
        parseInstant('2026-12-16T10:00'),
        calendar,
      ),
    ).toBeUndefined();
  });
});

describe('the session of a forum', () => {
  const forum = council.cycles.forum as Cycle;
  const withForum = (more: Partial<Cycle>, without: readonly string[] = []): Protocol => {
    const cycle = Object.fromEntries(Object.entries({ ...forum, ...more }).filter(([key]) => !without.includes(key)));
    return pathway(
      {
        forum: meet({ sessionOf: 'forum', due: [due({ form: 'next', cycle: 'forum', of: 'start.sent' })] }),
        start: send(),
        front: decision({ team: outcome({ asks: { team: field('team', { type: 'team' }) } }) }, {}),
      },
      { council: { ...council, cycles: { forum: cycle as unknown as Cycle } } },
    );
  };
  const sent = (protocol: Protocol, time = '2026-12-18T10:00') =>
    opened(protocol).at(time).does(program, 'start', 'sent');

  test.each<[string, Partial<Cycle>, string]>([
    ['every Tuesday', {}, '2026-12-22'],
    ['every working day', { every: 'working day', cutOffWorkingDays: 0 }, '2026-12-21'],
    ['every four weeks from a day', { every: { n: 4, unit: 'weeks' }, from: parseDay('2026-12-02') }, '2026-12-30'],
    ['every two months from a day', { every: { n: 2, unit: 'months' }, from: parseDay('2026-11-05') }, '2027-01-05'],
    ['on listed days', { every: 'dates', dates: ['2027-01-13', '2027-02-10'].map(parseDay) }, '2027-01-13'],
  ])('%s', (_, cycle, expected) => {
    const it = sent(withForum(cycle));
    expect(it.due('forum')).toMatchObject({ due: expected, kind: 'session' });
    expect(it.status.steps.forum?.noDate).toBeUndefined();
    // It is booked without anybody choosing a time.
    expect(it.allEffects.filter((effect) => effect.kind === 'book' && effect.start !== undefined)).toHaveLength(1);
  });

  test('on a day off is left out, held, or moved to the working day before or after', () => {
    // 25 Dec 2026 is a Friday.
    const on = (bankHoliday: Cycle['bankHoliday']) =>
      sent(withForum({ weekday: 'Friday', bankHoliday })).due('forum')?.due;
    expect([on('keep'), on('earlier'), on('later')]).toEqual(['2026-12-25', '2026-12-24', '2026-12-29']);
    // New Year's Day is a Friday too.
    expect(on('skip')).toBe('2027-01-08');
  });

  test.each<[string, Partial<Cycle>, readonly string[]]>([
    ['weekly', {}, ['weekday']],
    ['every four weeks', { every: { n: 4, unit: 'weeks' } }, ['weekday']],
    ['monthly', { every: { n: 1, unit: 'months' } }, ['weekday']],
    ['on listed days', { every: 'dates' }, []],
  ])('%s, but the council has not set its day: no date, and it is said', (_, cycle, without) => {
    const it = sent(withForum({ title: 'transfer meeting', ...cycle }, without));
    expect(it.due('forum')).toBeUndefined();
    expect(it.state('forum')).toBe('open');
    expect(it.status.steps.forum?.noDate).toBe('The council has not set the day of the transfer meeting.');
    expect(it.allEffects.filter(({ kind }) => kind === 'book')).toEqual([]);
  });

  test('is not missed before it is asked for: without its anchor nothing is said', () => {
    expect(opened(withForum({}, ['weekday'])).status.steps.forum?.noDate).toBeUndefined();
  });

  test('by team has the days of that team, and says so while there is no team or no day', () => {
    const protocol = withForum({
      title: 'MAG',
      every: 'dates',
      datesOfTeam: { north: [parseDay('2027-01-14')], south: [] },
    });
    const it = sent(protocol);
    expect(it.status.steps.forum?.noDate).toBe('The day of the MAG depends on the team, and none has been named yet.');
    expect(sent(protocol).does(dan, 'front', 'team', { team: 'north' }).due('forum')?.due).toBe('2027-01-14');
    expect(sent(protocol).does(dan, 'front', 'team', { team: 'south' }).status.steps.forum?.noDate).toBe(
      'The council has not set the day of the MAG for South.',
    );
    // The last listed day has passed.
    expect(
      sent(protocol, '2027-02-01T10:00').does(dan, 'front', 'team', { team: 'north' }).status.steps.forum?.noDate,
    ).toBe('The council has not set a later day of the MAG for North.');
  });

  test('that did not take place gives way to the next one', () => {
    const it = sent(withForum({ every: { n: 4, unit: 'weeks' }, from: parseDay('2026-12-02') }));
    it.at('2026-12-30T11:00').does(ann, 'forum', 'not-held');
    expect(it.due('forum')?.due).toBe('2027-01-27');
  });
});
