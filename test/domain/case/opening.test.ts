/** Opening a case: what is asked, what is wrong with it, and what is kept of it. */
import { readDay } from '../../../src/domain/case/form.ts';
import type { Answers, CaseEvent, Command, Refusal } from '../../../src/domain/case/types.ts';
import type { Page, Protocol } from '../../../src/domain/protocol/types.ts';
import { isReference, REFERENCE_LETTERS, referenceFrom } from '../../../src/domain/reference-code.ts';
import { calendar, consent, field, pathway, send, within } from './pathway.ts';
import { actor, play } from './play.ts';

const ann = actor('ann', 'asker');
const limit = within(10, 'working days', 'assessed');
const page = (id: string, records: Page['records'], fields: Page['fields'], more: Partial<Page> = {}): Page => ({
  id,
  title: id,
  records,
  fields,
  rules: [],
  ...more,
});
const options = (...ids: string[]) => ids.map((id) => ({ id, label: id }));

const protocol: Protocol = pathway(
  { start: send({ after: ['agreed'], done: 'received' }), agreed: consent({ by: ['asker'], rules: ['MAD-4'] }) },
  {
    facts: {
      assessed: { title: 'assessment completed', precision: 'day', expected: true, by: ['asker'], form: {}, rules: [] },
    },
    clocks: { limit },
    opening: {
      by: ['asker'],
      sends: 'start',
      pages: [
        page(
          'agreement',
          { step: 'agreed' },
          {
            who: field('who', { type: 'choices', options: options('mother', 'father'), error: 'Choose who agreed.' }),
            at: field('at', { type: 'date', notFuture: true, error: 'The date cannot be in the future.' }),
          },
          {
            refusal: {
              button: 'Not yet',
              title: 'Talk to the family first',
              says: 'Nothing has been sent.',
              rules: ['MAD-4'],
            },
          },
        ),
        page(
          'assessment',
          { fact: 'assessed' },
          {
            at: field('at', { type: 'date', error: "Enter the assessment's date." }),
            lead: field('lead', { type: 'choice', options: options('health', 'other') }),
            'lead-other': field('lead-other', { when: 'form.lead.other', error: 'Say which service.' }),
          },
        ),
        page(
          'child',
          { form: true },
          {
            name: field('name', { personal: true, error: "Enter the child's name." }),
            birth: field('birth', { type: 'birth-date', personal: true, error: 'Write it like 27 3 2015.' }),
            number: field('number', {
              orUnknown: true,
              personal: true,
              error: 'Enter the number, or say why it is not known.',
            }),
            school: field('school', { sameAsFirst: true, personal: true, error: 'Enter the school.' }),
          },
          { each: 'children' },
        ),
        page(
          'times',
          { form: true },
          {
            times: field('times', {
              type: 'times',
              atLeast: 3,
              notAfter: { form: 'clock', clock: 'limit', rules: [], instead: [] },
              error: 'Choose at least 3 different days.',
            }),
          },
        ),
        page(
          'check',
          { form: true },
          { covers: field('covers', { type: 'confirm', error: 'Confirm, or remove a child.' }) },
        ),
      ],
    },
  },
);

const good = {
  agreement: { who: 'mother,father', at: '2026-12-17' },
  assessment: { at: '17 12 2026', lead: 'health' },
  child: { 'c1.name': ' Robin ', 'c1.birth': '27 3 2015', 'c1.number': '12', 'c1.school': 'Primary' } as Answers,
  times: { times: '2026-12-30T10:00,2026-12-31T14:00,2027-01-05T16:30' },
  check: { covers: 'true' },
};

const command = (pages: object, children = ['c1']): Extract<Command, { type: 'open' }> => ({
  type: 'open',
  reference: 'MAD-2345',
  pathway: protocol.id,
  children,
  pages: { ...good, ...pages } as Record<string, Answers>,
});
const open = (pages: object, children?: string[], who = ann) =>
  play(protocol, calendar).at('2026-12-17T09:00').tries(who, command(pages, children));
const faults = (pages: object, children?: string[]) => (open(pages, children) as Refusal).faults;
const facts = (pages: object, children?: string[]) =>
  (open(pages, children) as CaseEvent[]).flatMap((event) => (event.type === 'fact-recorded' ? [event] : []));

test('records the case, the agreement, the assessment and the request in one go', () => {
  const events = open({}) as CaseEvent[];
  expect(events.map((event) => (event.type === 'fact-recorded' ? event.fact : event.type))).toEqual([
    'case-opened',
    'agreed',
    'assessed',
    'start',
  ]);
  expect(events[0]).toMatchObject({
    reference: 'MAD-2345',
    version: '1-test',
    settings: { counting: 'calendar' },
    children: ['c1'],
  });
  expect(facts({})[0]).toMatchObject({ at: '2026-12-17', answers: { who: ['mother', 'father'] } });
  expect(facts({})[2]?.personal).toEqual({
    'c1.name': 'Robin',
    'c1.birth': '2015-03-27',
    'c1.number': '12',
    'c1.school': 'Primary',
  });
  expect(facts({})[2]?.answers).toEqual({
    times: ['2026-12-30T10:00:00.000Z', '2026-12-31T14:00:00.000Z', '2027-01-05T16:30:00.000Z'],
    covers: true,
  });
});

test('names every fault at once, beside its field', () => {
  expect(
    faults({
      agreement: { who: '', at: '2026-12-18' },
      assessment: { at: 'soon', lead: 'other' },
      child: { 'c1.name': ' ', 'c1.birth': '31 2 2015', 'c1.number': 'not known', 'c1.school': 'Primary' },
      times: { times: ['2026-12-30T10:00', '2026-12-30T14:00', '2026-12-31T14:00'] },
      check: { covers: 'false' },
    }),
  ).toEqual({
    'agreement.who': 'Choose who agreed.',
    'agreement.at': 'The date cannot be in the future.',
    'assessment.at': "Enter the assessment's date.",
    'assessment.lead-other': 'Say which service.',
    'child.c1.name': "Enter the child's name.",
    'child.c1.birth': 'Write it like 27 3 2015.',
    'child.c1.number': 'Enter the number, or say why it is not known.',
    'times.times': 'Choose at least 3 different days.',
    'check.covers': 'Confirm, or remove a child.',
  });
});

test('a birth date in the future says so', () => {
  expect(faults({ child: { ...good.child, 'c1.birth': '27 3 2027' } })).toEqual({
    'child.c1.birth': 'That is in the future.',
  });
});

test('an unknown number passes with its reason only', () => {
  expect(facts({ child: { ...good.child, 'c1.number': 'not known: moved here last week' } })).toHaveLength(3);
  expect(
    facts({ child: { ...good.child, 'c1.number': '', 'c1.number.unknown': 'moved here' } })[2]?.personal?.['c1.number'],
  ).toBe('not known: moved here');
});

test('a second child may take from the first what is the same', () => {
  const two = {
    ...good.child,
    'c2.name': 'Kit',
    'c2.birth': '1 9 2017',
    'c2.number': '13',
    'c2.same-as-first': ['school', 'name'],
  };
  const sent = facts({ child: two }, ['c1', 'c2'])[2]?.personal;
  expect(sent?.['c2.school']).toBe('Primary');
  expect(sent?.['c2.name']).toBe('Kit');
  expect(faults({ child: { ...two, 'c2.same-as-first': [] } }, ['c1', 'c2'])).toEqual({
    'child.c2.school': 'Enter the school.',
  });
});

test('a visit time on the last day passes, one after the limit does not, nor one in the past', () => {
  expect(faults({ times: { times: ['2026-12-30T10:00', '2026-12-31T14:00', '2027-01-06T09:00'] } })).toEqual({
    'times.times': 'That is after the limit, Tue 5 Jan 2027.',
  });
  expect(faults({ times: { times: ['2026-12-16T10:00', '2026-12-31T14:00', '2027-01-05T09:00'] } })).toEqual({
    'times.times': 'Choose times that are still to come.',
  });
});

test('where the limit has gone already the referral may still be sent', () => {
  expect(facts({ assessment: { at: '2026-11-17', lead: 'health' } })[1]).toMatchObject({
    fact: 'assessed',
    at: '2026-11-17',
  });
});

test('an assessment still to come is expected: its dates are provisional until it is completed', () => {
  const it = play(protocol, calendar)
    .at('2026-12-17T09:00')
    .sends(ann, command({ assessment: { at: '2026-12-18', lead: 'health' } }));
  expect(it.case.facts[1]).toMatchObject({ fact: 'assessed.expected', at: '2026-12-18' });
});

test('a year mistyped is said beside its field', () => {
  expect(faults({ assessment: { at: '17 12 2016', lead: 'health' } })?.['assessment.at']).toBe(
    'Check the year. Bank holidays are known from 2026 to 2027.',
  );
});

test('without a word on the agreement nothing is sent, whatever else is filled in', () => {
  expect(open({ agreement: {} })).toMatchObject({
    code: 'gate',
    words: 'Talk to the family first. Nothing has been sent.',
    rules: ['MAD-4'],
  });
});

test('only those whose part it is open a case', () => {
  expect(open({}, ['c1'], actor('zoe', 'decider'))).toMatchObject({
    code: 'not-permitted',
    words: 'Askers start this. Ask one of them.',
  });
});

test('the same press again changes nothing; another press on the same case says that it is open', () => {
  const it = play(protocol, calendar).at('2026-12-17T09:00');
  const first = it.tries(ann, command({}), 'press');
  expect(first).toHaveLength(4);
  it.sends(ann, command({}));
  const { commandKey } = it.events[0] as CaseEvent;
  expect(it.tries(ann, command({}), commandKey)).toEqual([]);
  expect((it.tries(ann, command({}), 'other') as Refusal).code).toBe('already-done');
});

test.each([
  ['27 3 2015', '2015-03-27'],
  ['27/03/2015', '2015-03-27'],
  ['27.3.2015', '2015-03-27'],
  ['27 March 2015', '2015-03-27'],
  ['27th Mar 2015', '2015-03-27'],
  ['2015-03-27', '2015-03-27'],
  ['29 2 2024', '2024-02-29'],
  ['29 2 2023', undefined],
  ['3/27/2015', undefined],
  ['27 3 15', undefined],
  ['27 Foo 2015', undefined],
])('the date "%s" is read as %s', (text, day) => {
  expect(readDay(text)).toBe(day);
});

describe('a reference', () => {
  test('is made of the letters that are not misread', () => {
    expect(REFERENCE_LETTERS).not.toMatch(/[01OIL]/);
    expect(referenceFrom('CAM', Uint8Array.from([0, 1, 30, 31]))).toBe('CAM-23Z2');
    expect(isReference('CAM-23Z2')).toBe(true);
    expect(isReference('CAM-2OZ2')).toBe(false);
  });

  test('passes over bytes that would favour some letters, and asks for more where too few are left', () => {
    expect(referenceFrom('CAM', Uint8Array.from([255, 0, 250, 0, 0, 249, 0]))).toBe('CAM-2222');
    expect(() => referenceFrom('CAM', Uint8Array.from([255, 0, 0, 0]))).toThrow(RangeError);
  });
});

describe('what an opening sends past its limit', () => {
  const dueBy = (late: 'reason' | 'refuse'): Protocol => ({
    ...protocol,
    steps: {
      ...protocol.steps,
      start: {
        ...(protocol.steps.start as Protocol['steps'][string]),
        due: [within(2, 'working days', 'assessed', { late, rules: ['MAD-2'] })],
      } as Protocol['steps'][string],
    },
  });
  const sendsAt = (time: string, reason?: string, late: 'reason' | 'refuse' = 'reason') =>
    play(dueBy(late), calendar)
      .at(time)
      .tries(ann, {
        ...command({ assessment: { at: '17 12 2026', lead: 'health' } }),
        ...(reason === undefined ? {} : { reason }),
      });

  test('asks what got in the way, and keeps it; on the last day it asks nothing', () => {
    expect(sendsAt('2026-12-21T17:00')).toHaveLength(4);
    expect(sendsAt('2026-12-21T17:01')).toMatchObject({
      code: 'late-reason-needed',
      words: 'The limit was Mon 21 Dec 2026. What got in the way?',
      faults: { reason: 'Give the reason. It is kept.' },
    });
    expect((sendsAt('2026-12-21T17:01', ' Nobody knew. ') as CaseEvent[]).at(-1)).toMatchObject({
      fact: 'start',
      answers: { late: true },
      personal: { 'late-reason': 'Nobody knew.' },
    });
    expect((sendsAt('2026-12-21T16:00', 'Nobody knew.') as CaseEvent[]).at(-1)).not.toMatchObject({
      answers: { late: true },
    });
  });

  test('is never refused for being late, whatever the protocol says of the step', () => {
    expect(sendsAt('2026-12-22T09:00', undefined, 'refuse')).toMatchObject({ code: 'late-reason-needed' });
    expect(sendsAt('2026-12-22T09:00', 'Nobody knew.', 'refuse')).toHaveLength(4);
  });
});
