/** When things are due on a case, and why. */
import { ann, dan, due, opened } from './opened.ts';
import { decision, meet, outcome, pathway, record, send, within } from './pathway.ts';
import { type Play, program } from './play.ts';

const assessed = {
  assessed: { title: 'assessment completed', precision: 'day', expected: true, by: ['asker'], form: {}, rules: [] },
} as const;

test('of two clocks the earlier counts, and the reader is told what the other would be (AMB-59)', () => {
  const protocol = pathway(
    {
      talk: meet({
        due: [
          within(5, 'working days', 'start.received', { rules: ['MAD-5'] }),
          due({ form: 'clock', clock: 'limit', rules: [] }),
        ],
      }),
      start: send({ done: 'received' }),
    },
    {
      facts: assessed,
      clocks: {
        limit: within(10, 'working days', 'assessed', {
          rules: ['MAD-10'],
          section: '3 p7',
          anchorIs: 'when the assessment was completed',
        }),
      },
    },
  );
  const it = opened(protocol)
    .says(ann, 'assessed', {}, '2026-12-08')
    .does(program, 'start', 'received', {}, { at: '2026-12-17T08:00' });
  expect(it.status.deadlines.map(({ due, effective }) => [due, effective])).toEqual([
    ['2026-12-24', false],
    ['2026-12-22', true],
  ]);
  expect(it.because('talk')).toMatch(
    /^10 working days from Tue 8 Dec 2026, when the assessment was completed\. .*The step's own limit would be Thu 24 Dec 2026 \(MAD-5\)\. This one ends first\. Rule MAD-10, section 3 p7\.$/,
  );
});

test('a target or a house reminder never hides a limit: both are listed, and only where nothing binds does the first of them count', () => {
  const hand = (over: object) =>
    pathway({
      talk: record({
        due: [
          due({ form: 'house', count: { n: 1, unit: 'working days' }, of: 'start.received' }),
          due({ form: 'target', count: { n: 3, unit: 'working days' }, of: 'start.received', ...over }),
          due({ form: 'within', count: { n: 5, unit: 'working days' }, of: 'other' }),
        ],
      }),
      start: send({ done: 'received' }),
      other: record(),
    });
  const listed = (it: Play) => it.status.deadlines.map(({ due, kind, effective }) => [due, kind, effective]);
  const arrived = opened(hand({})).does(program, 'start', 'received', {}, { at: '2026-12-17T08:00' });
  expect(listed(arrived)).toEqual([
    ['2026-12-18', 'house', true],
    ['2026-12-22', 'target', false],
  ]);
  const limited = arrived.does(ann, 'other');
  expect(listed(limited)).toEqual([
    ['2026-12-18', 'house', false],
    ['2026-12-22', 'target', false],
    ['2026-12-24', 'limit', true],
  ]);
  expect(limited.because('talk')).not.toContain('This one ends first');
});

test('a date expected gives a provisional limit, which is counted again when the date is known', () => {
  const protocol = pathway(
    { close: record({ after: ['assessed'], due: [within(10, 'working days', 'assessed')] }) },
    { facts: assessed },
  );
  const it = opened(protocol).says(ann, 'assessed', {}, '2026-12-18');
  expect(it.case.facts.at(-1)?.fact).toBe('assessed.expected');
  expect(it.state('close')).toBe('waiting');
  expect(it.due('close')).toMatchObject({ due: '2027-01-06', provisional: true });
  expect(it.because('close')).toContain('when the assessment is expected to be completed');
  it.at('2026-12-21T09:00').says(ann, 'assessed', {}, '2026-12-17');
  expect(it.due('close')).toMatchObject({ due: '2027-01-05', provisional: false });
  expect(it.state('close')).toBe('open');
});

test('a switch replaces the count and does not stand beside it', () => {
  const protocol = pathway({
    choice: decision({ panel: outcome({ done: 'Referred to panel.' }), team: outcome() }),
    close: record({
      due: [
        within(10, 'working days', 'start.sent', {
          instead: [{ when: 'choice.panel', count: { n: 15, unit: 'working days' }, rules: ['MAD-24'] }],
        }),
      ],
    }),
  });
  const it = opened(protocol).does(program, 'start', 'sent');
  expect(it.due('close')?.due).toBe('2027-01-05');
  it.does(dan, 'choice', 'panel');
  expect(it.status.deadlines).toHaveLength(1);
  expect(it.due('close')?.due).toBe('2027-01-12');
  expect(it.because('close')).toContain('Referred to panel: 15 working days instead of 10 (MAD-24).');
  expect(it.due('close')?.rules).toEqual(['MAD-1', 'MAD-24']);
});

test('calendar days do not roll, unless the protocol says so', () => {
  const protocol = pathway({
    plain: record({ due: [within(8, 'days', 'start.sent')] }),
    rolled: record({ due: [within(8, 'days', 'start.sent', { roll: 'next-working-day' })] }),
  });
  const it = opened(protocol).does(program, 'start', 'sent');
  expect(it.due('plain')).toMatchObject({ due: '2026-12-25', actBy: '2026-12-24' });
  expect(it.due('rolled')).toMatchObject({ due: '2026-12-29', actBy: '2026-12-29' });
});

test('hours elapse from the moment', () => {
  const it = opened(pathway({ quick: record({ due: [within(24, 'hours', 'start.sent')] }) })).does(
    program,
    'start',
    'sent',
  );
  expect(it.due('quick')?.dueAt).toBe('2026-12-18T09:00:00.000Z');
});

test('a target and a house default are marked as such', () => {
  const protocol = pathway({
    hope: record({ due: [due({ form: 'target', count: { n: 1, unit: 'working days' }, of: 'start.sent' })] }),
    habit: record({ due: [due({ form: 'house', count: { n: 1, unit: 'working days' }, of: 'start.sent' })] }),
  });
  const it = opened(protocol).does(program, 'start', 'sent');
  expect([it.due('hope')?.kind, it.due('habit')?.kind]).toEqual(['target', 'house']);
});

test('notice is the latest send before a meeting that is booked, and moves with it', () => {
  const protocol = pathway({
    taf: meet(),
    invite: record({ due: [due({ form: 'notice', count: { n: 5, unit: 'working days' }, before: 'taf.starts' })] }),
  });
  const it = opened(protocol);
  expect(it.due('invite')).toBeUndefined();
  it.does(ann, 'taf', 'booking', { start: '2026-12-30T10:00' });
  expect(it.due('invite')).toMatchObject({ due: '2026-12-21', kind: 'notice', provisional: true });
  it.does(ann, 'taf', 'booking', { start: '2027-01-06T10:00' });
  expect(it.due('invite')?.due).toBe('2026-12-29');
});

test('the next session is the first whose list is still open; none on a bank holiday', () => {
  const protocol = pathway({
    forum: meet({ sessionOf: 'forum', due: [due({ form: 'next', cycle: 'forum', of: 'start.sent' })] }),
    start: send(),
  });
  const at = (time: string) => opened(protocol).at(time).does(program, 'start', 'sent').due('forum');
  expect(at('2026-12-21T16:59')?.due).toBe('2026-12-22');
  expect(at('2026-12-21T17:00')?.due).toBe('2026-12-29');
  expect(at('2026-12-21T16:59')?.kind).toBe('session');
});

test('what is owed at once has no date', () => {
  const it = opened(pathway({ now: record({ due: [due({ form: 'at-once', of: 'start' })] }) }));
  expect(it.status.deadlines).toEqual([]);
});

test('a step that is done keeps its dates, with when it was met; one that ended with the case has none', () => {
  const protocol = pathway({
    early: record({ due: [within(1, 'working days', 'start.sent')] }),
    never: record({ due: [within(1, 'working days', 'start.sent')] }),
    end: record({ ends: 'over' }),
  });
  const it = opened(protocol).does(program, 'start', 'sent').does(ann, 'early').does(ann, 'end');
  expect(it.due('early')).toMatchObject({ due: '2026-12-18', metAt: '2026-12-17T09:00:00.000Z' });
  expect(it.due('never')).toBeUndefined();
});

test('past a limit that refuses, the answer is no and the limit', () => {
  const protocol = pathway({ late: record({ due: [within(1, 'working days', 'start.sent', { late: 'refuse' })] }) });
  const it = opened(protocol).does(program, 'start', 'sent').at('2026-12-21T09:00');
  expect(it.refused(ann, 'late')).toMatchObject({
    code: 'past-limit',
    words: '“late” is past its limit, Fri 18 Dec 2026.',
  });
});

test('past a limit without a word on it the step is recorded all the same', () => {
  const it = opened(pathway({ late: record({ due: [within(1, 'working days', 'start.sent')] }) })).does(
    program,
    'start',
    'sent',
  );
  expect(it.at('2027-01-21T09:00').does(ann, 'late').state('late')).toBe('done');
});

test('a due of one moment is met by that moment, and the step still owes the rest', () => {
  const protocol = pathway({
    taf: meet({
      due: [within(1, 'working days', 'start.sent', { moment: 'booked' }), within(6, 'working days', 'start.sent')],
    }),
  });
  const it = opened(protocol).does(program, 'start', 'sent');
  expect(it.due('taf')?.due).toBe('2026-12-18');
  it.does(program, 'taf', 'booked', { start: '2026-12-22T10:00', eventId: 'e', organiser: 'ann' });
  expect(it.due('taf')?.due).toBe('2026-12-29');
});

test('a date beyond the known bank holidays is refused when it is asked for, with the remedy', () => {
  const protocol = pathway({ far: record({ due: [within(2, 'years', 'assessed')] }) }, { facts: assessed });
  const no = opened(protocol).tries(ann, { type: 'fact', fact: 'assessed', answers: {} });
  expect(no).toMatchObject({ code: 'beyond-calendar' });
});

test('a date that was expected and has come stays provisional until somebody says that it was so', () => {
  const protocol = pathway(
    {
      close: record({ after: ['assessed'], due: [within(10, 'working days', 'assessed')] }),
      look: record({ due: [within(10, 'working days', 'assessed')] }),
    },
    { facts: assessed },
  );
  const it = opened(protocol).says(ann, 'assessed', { lead: 'x' }, '2026-12-18').at('2026-12-21T09:00');
  const due = (day: string, provisional: boolean) =>
    expect(it.status.deadlines).toMatchObject([
      { due: day, provisional },
      { due: day, provisional },
    ]);
  due('2027-01-06', true);
  expect(it.because('close')).toContain('nobody has said yet that it was so: if it was another, this changes.');
  it.says(ann, 'assessed', {}, '2026-12-21');
  due('2027-01-07', false);
});
