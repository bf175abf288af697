/**
 * Each meeting of the ledger (section 7.3), in our own words: who organises, chairs and takes notes, who has to come and who may, in
 * which window, where. Read from the compiled protocols. What no document prints is this program's choice, marked `ours`.
 */
import { join } from 'node:path';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import type { Cycle, Due, MeetStep, Protocol } from '../../src/domain/protocol/types.ts';
import type { Count } from '../../src/domain/time/count.ts';
import { run } from './run-example.ts';

const protocols = loadProtocols();

interface Meeting {
  readonly rules: string;
  readonly is: string;
  /** `pathway step`; one meeting may stand in several pathways. */
  readonly at: readonly string[];
  readonly organiser: string;
  readonly needs: string;
  readonly asks?: string;
  readonly mayCome?: string;
  readonly chair?: string;
  readonly notes?: string;
  readonly window?: string;
  /** Another step whose limit is the meeting's, e.g. the notice that has to be given of it. */
  readonly windowOf?: string;
  readonly weekday?: string;
  readonly where: 'online' | 'home' | 'room' | 'theirs' | 'session';
  readonly purposes?: number;
  readonly child?: true;
}

const FINAL_BARNSLEY = {
  organiser: 'social-worker',
  needs: 'social-worker, lead-professional, family, network',
  asks: 'role/disabled-children-worker',
  where: 'room',
  purposes: 2,
  child: true,
} as const;

const TRANSFER = {
  is: 'weekly transfer meeting',
  organiser: 'eh-service-manager',
  needs: 'eh-service-manager, eh-case-manager, advanced-practitioner',
  window: 'next transfer-meeting of refer',
  where: 'session',
} as const;

const HOME = { organiser: 'social-worker', where: 'home' } as const;

const MEETINGS: readonly Meeting[] = [
  // ---- Barnsley
  {
    ...{ rules: 'BSC-U-12', is: 'joint visit after a step up', at: ['barnsley/step-up joint-visit'] },
    ...{ organiser: 'practitioner', needs: 'practitioner, social-worker, family', where: 'home' },
  },
  {
    ...{ rules: 'BSC-U-12', is: 'next TAF after a step up', at: ['barnsley/step-up next-taf'] },
    ...{ organiser: 'practitioner', needs: 'practitioner, social-worker, family, network', where: 'room' },
  },
  {
    ...{ rules: 'BSC-L-03', is: 'final CIN or core group meeting, which is the first TAF too' },
    ...{ at: ['barnsley/step-down-with-lead final-meeting'], ...FINAL_BARNSLEY },
  },
  {
    ...{ rules: 'BSC-N-07', is: 'the same with the worker who was allocated' },
    ...{ at: ['barnsley/step-down-no-lead final-meeting'], ...FINAL_BARNSLEY },
  },
  {
    ...{ rules: 'BSC-F-06 BSC-D-13', is: 'first TAF after the front door', at: ['barnsley/step-down-front-door taf'] },
    ...{ organiser: 'lead-professional', needs: 'lead-professional, family, network' },
    ...{ asks: 'role/disabled-children-worker', where: 'room', child: true },
  },
  {
    ...{ rules: 'BSC-N-03', is: 'weekly review of requests', at: ['barnsley/step-down-no-lead review'] },
    ...{ organiser: 'family-centre', needs: 'family-centre, targeted-youth-support' },
    ...{ window: 'next one-to-one-review of one-to-one.received', where: 'online' },
  },
  {
    ...{ rules: 'BSC-X-05', is: 'yearly review of the Education, Health and Care Plan' },
    at: [
      'barnsley/step-down-with-lead ehcp-review',
      'barnsley/step-down-no-lead ehcp-review',
      'barnsley/step-down-front-door ehcp-review',
    ],
    ...{ organiser: 'disabled-children-worker', needs: 'disabled-children-worker, family, network' },
    ...{ window: 'every 1 year of ehcp', where: 'theirs' },
  },
  {
    ...{ rules: 'BSP-I-02', is: 'TAF that runs already', at: ['barnsley/specialist-step-in join-taf'] },
    ...{ organiser: 'lead-professional', needs: 'lead-professional, specialist-lead-professional, family, network' },
    where: 'room',
  },
  {
    ...{ rules: 'BSP-B-08 BSP-B-11 BSP-B-17', is: 'first TAF before the specialist closes' },
    ...{ at: ['barnsley/specialist-step-back taf'], organiser: 'specialist-lead-professional', where: 'room' },
    needs: 'specialist-lead-professional, lead-professional, family, network',
  },
  {
    ...{ rules: 'BSP-B-15', is: 'weekly Early Help Panel', at: ['barnsley/specialist-step-back panel'] },
    ...{ organiser: 'early-help-panel', needs: 'early-help-panel, family-centre, targeted-youth-support' },
    ...{ window: 'next early-help-panel of one-to-one.received', where: 'online' },
  },

  // ---- Camden
  {
    ...{ rules: 'CAM-A-16', is: 'consultation', at: ['camden/after-assessment consultation'], where: 'online' },
    ...{ organiser: 'eh-team-manager', needs: 'eh-team-manager, social-worker' },
    window:
      'within 5 working days of request.received; step-down-limit: within 10 working days of assessment-completed',
  },
  {
    ...{ rules: 'CAM-B-06', is: 'consultation before the review', at: ['camden/after-cin-review consultation'] },
    ...{ organiser: 'eh-team-manager', needs: 'eh-team-manager, social-worker', where: 'online' },
    window: 'within 3 working days of offer; target 3 working days of request.received',
  },
  {
    ...{ rules: 'CAM-A-18', is: 'joint home visit', at: ['camden/after-assessment joint-visit'], ...HOME },
    ...{ needs: 'social-worker, family-worker, family' },
    window: 'step-down-limit: within 10 working days of assessment-completed',
  },
  {
    ...{ rules: 'CAM-A-25', is: 'Early Help Panel', at: ['camden/after-assessment panel'], where: 'online' },
    ...{ organiser: 'front-door-manager', chair: 'front-door-manager', needs: 'front-door-manager, social-worker' },
    ...{ window: 'next eh-panel of front-door.panel', weekday: 'Tuesday' },
  },
  {
    ...{
      rules: 'CAM-B-09',
      is: 'final CIN review, which is the first TAF too',
      at: ['camden/after-cin-review review'],
    },
    ...{ organiser: 'social-worker', chair: 'cin-chair', notes: 'cin-chair', where: 'room', purposes: 2 },
    needs: 'social-worker, family-worker, cin-chair, family, network',
    ...{ windowOf: 'request', window: 'notice 20 working days before review-planned' },
  },
  {
    ...{ rules: 'CAM-B-17', is: 'first TAF where the worker missed the review' },
    ...{ at: ['camden/after-cin-review initial-taf'], organiser: 'family-worker', chair: 'family-worker' },
    ...{ needs: 'family-worker, family, network', mayCome: 'role/social-worker', where: 'room' },
    window: 'within 10 working days of review.held',
  },
  {
    ...{ rules: 'CAM-B-18', is: 'joint visit where the worker missed the review', ...HOME },
    ...{ at: ['camden/after-cin-review joint-visit'], needs: 'social-worker, family-worker, family' },
    window: 'within 5 working days of review.held',
  },
  {
    ...{ rules: 'CAM-C-02', is: 'Daily Discussion', at: ['camden/after-step-down daily-discussion'] },
    ...{ organiser: 'eh-team-manager', needs: 'eh-team-manager, mash-team-manager', where: 'online' },
    ...{ window: 'next daily-discussion of to-be-discussed', weekday: 'working day' },
  },

  // ---- Herefordshire
  {
    ...{ rules: 'HER-B-01', is: 'joint visit during the assessment', at: ['herefordshire/not-open early-visit'] },
    ...{ ...HOME, needs: 'social-worker, duty-support-worker, family' },
  },
  {
    ...{ rules: 'HER-A-07', is: 'home visit to share the plan', at: ['herefordshire/open-to-early-help home-visit'] },
    ...{ ...HOME, needs: 'social-worker, eh-worker, family', window: 'target 6 working days of request.sent' },
    purposes: 2,
  },
  {
    // The Advanced Practitioner comes only where the social worker has asked, and is then asked by name.
    ...{ rules: 'HER-B-07 HER-B-09', is: 'final home visit', at: ['herefordshire/not-open home-visit'] },
    ...{ ...HOME, needs: 'social-worker, family', window: 'target 6 working days of request.sent', purposes: 2 },
  },
  {
    ...{ rules: 'HER-B-07', is: 'joint visit with the new worker', at: ['herefordshire/not-open joint-visit'] },
    ...{ ...HOME, needs: 'social-worker, eh-worker, family' },
  },
  {
    ...{ rules: 'HER-C-06', is: 'final meeting', at: ['herefordshire/from-plan final-meeting'], where: 'room' },
    ...{ organiser: 'social-worker', needs: 'social-worker, family, network', asks: 'role/advanced-practitioner' },
    ...{ window: 'within 6 working days of request.sent', purposes: 3 },
  },
  { ...TRANSFER, rules: 'HER-A-10', at: ['herefordshire/open-to-early-help transfer'] },
  { ...TRANSFER, rules: 'HER-B-14', at: ['herefordshire/not-open transfer'] },
  { ...TRANSFER, rules: 'HER-C-13', at: ['herefordshire/from-plan transfer'] },
  {
    ...{ rules: 'HER-D-03 HER-D-04', is: 'Multi Agency Group', where: 'online' },
    at: ['herefordshire/from-plan mag', 'herefordshire/not-open mag'],
    ...{ organiser: 'advanced-practitioner', needs: 'advanced-practitioner, lead-practitioner, network' },
    window: 'next mag of mag-consent',
  },
  {
    ...{ rules: 'HER-D-03 HER-D-04', is: 'Multi Agency Group of a family open to Early Help', where: 'online' },
    ...{ at: ['herefordshire/open-to-early-help mag'], organiser: 'advanced-practitioner' },
    ...{ needs: 'advanced-practitioner, eh-worker, network', window: 'next mag of mag-consent' },
  },
  {
    ...{ rules: 'HER-D-05', is: 'TAF every six weeks', where: 'room', organiser: 'lead-practitioner' },
    at: ['herefordshire/from-plan taf', 'herefordshire/not-open taf'],
    ...{ needs: 'lead-practitioner, eh-worker, family, network', window: 'every 6 weeks of plan-shared' },
  },
  {
    ...{ rules: 'HER-D-05 HER-A-09', is: 'TAF every six weeks of a family open to Early Help', where: 'room' },
    ...{ at: ['herefordshire/open-to-early-help taf'], organiser: 'eh-worker', needs: 'eh-worker, family, network' },
    window: 'every 6 weeks of plan-shared',
  },
  {
    ...{ rules: 'HER-E-11', is: 'Initial Child Protection Conference', at: ['herefordshire/step-up conference'] },
    ...{
      organiser: 'social-worker',
      needs: 'social-worker, family, network',
      mayCome: 'role/eh-worker',
      where: 'room',
    },
  },

  // ---- Knowsley
  {
    ...{ rules: 'KNO-S-01 KNO-S-04 KNO-F-01', is: 'final CIN meeting', where: 'room' },
    ...{ at: ['knowsley/step-down-level-3 final-meeting'], organiser: 'social-worker' },
    ...{ needs: 'social-worker, lead-practitioner, family, network', asks: 'mailbox/family-first-duty' },
    ...{ windowOf: 'notice', window: 'notice 5 working days before meeting-planned' },
  },
  {
    ...{ rules: 'KNO-F-06', is: 'first TAF review', at: ['knowsley/step-down-level-3 first-review'], where: 'online' },
    ...{ organiser: 'lead-practitioner', needs: 'lead-practitioner, family, network' },
    window: 'within 6 weeks of final-meeting.held',
  },
  {
    ...{ rules: 'KNO-U-09 KNO-U-10 KNO-U-14 KNO-U-15 KNO-U-17 KNO-U-19 KNO-U-20', is: 'step-up TAF' },
    ...{ at: ['knowsley/planned-step-up taf'], organiser: 'lead-practitioner', where: 'online' },
    ...{ chair: 'mash-duty-sw', notes: 'mash-business-support', weekday: 'Wednesday' },
    needs: 'lead-practitioner, mash-duty-sw, family, network',
    ...{ asks: 'mailbox/mash, mailbox/mash-business-support', window: 'notice 5 working days before taf.starts' },
  },
  {
    ...{ rules: 'KNO-N-02', is: 'review called by the lead practitioner', where: 'online' },
    ...{ at: ['knowsley/unplanned-contact review-meeting'], organiser: 'lead-practitioner' },
    needs: 'lead-practitioner, family, network',
  },
  {
    ...{ rules: 'KNO-U-25', is: 'contact meeting', at: ['knowsley/planned-step-up contact-meeting'], where: 'online' },
    ...{ organiser: 'mash-team-manager', needs: 'mash-team-manager, team-manager' },
  },
  {
    ...{ rules: 'KNO-P-05', is: 'four-weekly step down meeting', at: ['knowsley/adherence four-weekly'] },
    ...{ organiser: 'hos-early-help', needs: 'hos-early-help, hos-cin-cp', where: 'online' },
    window: 'next step-down-meeting of raise',
  },
];

/** Meetings of a forum that no single case waits for: what is on its list are entries of registers. */
const FORUMS: readonly {
  readonly rules: string;
  readonly at: string;
  readonly every: string;
  readonly by: string;
  readonly takes: string;
}[] = [
  {
    ...{ rules: 'KNO-P-01 KNO-P-02', at: 'knowsley qa-meeting', every: '2 months', by: 'mash-team-manager' },
    takes: 'list.step-up-log.planned, list.step-up-log.unplanned, list.qa-cases.agreed',
  },
  {
    ...{ rules: 'KNO-P-03', at: 'knowsley step-up-log-review', every: '1 months', by: 'mash-duty-sw' },
    takes: 'list.step-up-log.planned, list.step-up-log.unplanned',
  },
  {
    ...{ rules: 'KNO-P-05', at: 'knowsley step-down-meeting', every: '4 weeks', by: 'hos-early-help' },
    takes: 'list.departures.raised',
  },
  {
    ...{ rules: 'BSP-I-08', at: 'barnsley paused-watch', every: '1 months', by: 'family-centre-development-team' },
    takes: 'list.eha.paused',
  },
  { rules: 'BSC-N-03', at: 'barnsley one-to-one-review', every: '1 weeks', by: 'family-centre', takes: '' },
  { rules: 'BSP-B-15', at: 'barnsley early-help-panel', every: '1 weeks', by: 'early-help-panel', takes: '' },
  { rules: 'CAM-A-25', at: 'camden eh-panel', every: '1 weeks', by: 'front-door-manager', takes: '' },
  { rules: 'CAM-C-02', at: 'camden daily-discussion', every: 'working day', by: 'mash-team-manager', takes: '' },
  {
    ...{ rules: 'HER-A-10 HER-B-14 HER-C-13', at: 'herefordshire transfer-meeting', every: '1 weeks' },
    ...{ by: 'eh-service-manager', takes: '' },
  },
  { rules: 'HER-D-03', at: 'herefordshire mag', every: 'dates', by: 'advanced-practitioner', takes: '' },
];

/** Ones without an invitation, each with why. */
const NOT_BOOKED: Readonly<Record<string, string>> = {
  'camden/after-cin-review talk-after': 'CAM-B-14: right after the review, by the worker who sat in it; a record.',
};

const found = MEETINGS.flatMap((meeting) =>
  meeting.at.map((place) => {
    const [pathway = '', step = ''] = place.split(' ');
    return [`${place}: ${meeting.is}`, meeting, protocols.get(pathway), step] as const;
  }),
);

function meetStep(protocol: Protocol, id: string): MeetStep {
  const step = protocol.steps[id];
  if (step?.kind !== 'meet') throw new Error(`${protocol.id} ${id} is no meeting.`);
  return step;
}

describe.each(found)('%s', (_, meeting, protocol, id) => {
  const step = meetStep(protocol, id);

  test('carries its rules', () => {
    const carrying = JSON.stringify([step, windowStep(meeting, protocol, id)]);
    expect(meeting.rules.split(' ').filter((rule) => !carrying.includes(rule))).toEqual([]);
  });

  test('stands in the right calendar, and asks the right people', () => {
    expect({
      organiser: step.organiser,
      chair: step.chair,
      notes: step.notes,
      needs: step.with.map((target) => target.replace('role/', '')).join(', '),
      asks: step.invite.join(', '),
      mayCome: step.mayCome.join(', '),
    }).toEqual({
      organiser: meeting.organiser,
      chair: meeting.chair,
      notes: meeting.notes,
      needs: meeting.needs,
      asks: meeting.asks ?? '',
      mayCome: meeting.mayCome ?? '',
    });
    // Who organises sits in it.
    expect(step.with).toContain(`role/${step.organiser}`);
  });

  test('has its window and its weekday', () => {
    const limits = windowStep(meeting, protocol, id).due.map((due) => inWords(due, protocol));
    expect(limits.join('; ')).toBe(meeting.window ?? '');
    const cycle = step.sessionOf ? protocol.council.cycles[step.sessionOf] : undefined;
    if (step.sessionOf) expect(cycle).toBeDefined();
    const daily = cycle?.every === 'working day' ? 'working day' : undefined;
    expect(step.preferWeekday ?? cycle?.weekday ?? daily).toBe(meeting.weekday);
  });

  test('has its place, and time for the way to a family’s home', () => {
    expect(whereOf(step)).toBe(meeting.where);
    if (meeting.where === 'home') {
      expect(step.place).toBe('Family home (address in the case)');
      expect(step.bufferMinutes).toBeGreaterThan(0);
    }
    expect(step.childAttends).toBe(meeting.child ?? false);
    expect(step.purposes).toHaveLength(meeting.purposes ?? 1);
  });
});

test('there is no meeting beside these', () => {
  const all = protocols
    .all()
    .flatMap(({ id, steps }) =>
      Object.values(steps).flatMap((step) => (step.kind === 'meet' ? [`${id} ${step.id}`] : [])),
    );
  const listed = new Set(MEETINGS.flatMap(({ at }) => at));
  // The same meeting under another pathway's rule, or where a setting gives it to another calendar.
  const also = [
    'barnsley/specialist-step-back taf-by-lead',
    'camden/after-cin-review panel',
    'herefordshire/from-plan mag-again',
    'herefordshire/not-open mag-again',
    'herefordshire/open-to-early-help mag-again',
  ];
  expect(all.filter((place) => !listed.has(place)).sort()).toEqual(also);
});

test('what is not booked is recorded', () => {
  for (const [place, why] of Object.entries(NOT_BOOKED)) {
    const [pathway = '', id = ''] = place.split(' ');
    const step = protocols.get(pathway).steps[id];
    expect(step?.kind).toBe('record');
    expect(step?.rules).toContain(why.split(':')[0]);
  }
});

test.each(FORUMS.map((forum) => [forum.at, forum] as const))('%s meets as often as it should', (place, forum) => {
  const [council, name = ''] = place.split(' ');
  const cycle = protocols.all().find((each) => each.council.id === council)?.council.cycles[name] as Cycle;
  const every = typeof cycle.every === 'string' ? cycle.every : `${cycle.every.n} ${cycle.every.unit}`;
  expect({ rules: cycle.rules.join(' '), every, by: cycle.by, takes: cycle.takes.join(', ') }).toEqual({
    rules: forum.rules,
    every: forum.every,
    by: forum.by,
    takes: forum.takes,
  });
});

test('there is no forum beside these', () => {
  const councils = new Map(protocols.all().map(({ council }) => [council.id, council]));
  const all = [...councils.values()].flatMap(({ id, cycles }) => Object.keys(cycles).map((name) => `${id} ${name}`));
  expect(all.sort()).toEqual(FORUMS.map(({ at }) => at).sort());
});

describe('what is written of a meeting is due from the time at which it was held', () => {
  const OF: readonly (readonly [rule: string, place: string, limit: string])[] = [
    ['CAM-B-15', 'camden/after-cin-review plan-recorded', 'within 10 working days of review.held'],
    ['CAM-B-15', 'camden/after-cin-review report', 'within 10 working days of review.held'],
    ['KNO-F-04', 'knowsley/step-down-level-3 documents', 'within 10 working days of final-meeting.held'],
    ['KNO-F-07', 'knowsley/step-down-level-3 minutes', 'within 10 working days of final-meeting.held'],
    ['KNO-U-18', 'knowsley/planned-step-up minutes', 'house 1 working day of taf.held'],
    ['KNO-U-21', 'knowsley/planned-step-up ehm-note', 'house 1 working day of taf.held'],
    ['KNO-U-21', 'knowsley/planned-step-up ics-note', 'house 1 working day of taf.held'],
  ];
  test.each(OF)('%s: %s', (rule, place, limit) => {
    const [pathway = '', id = ''] = place.split(' ');
    const protocol = protocols.get(pathway);
    const step = protocol.steps[id];
    expect(step?.rules.concat(step.due.flatMap(({ rules }) => rules))).toContain(rule);
    expect(step?.due.map((due) => inWords(due, protocol))).toContain(limit);
  });

  test('which is when it began, however much later somebody says that it was held', () => {
    const DECIDED = 'final-meeting.level-3';
    const protocol = protocols.get('knowsley/step-down-level-3');
    const examples = readExamples(join(PROTOCOLS_FOLDER, 'knowsley')).files.flatMap((file) =>
      file.pathway === protocol.id ? file.examples : [],
    );
    const whole = examples.find(({ journey, facts }) => journey && facts.some(({ name }) => name === DECIDED));
    if (!whole) throw new Error('No example decides in the final meeting.');
    const before = whole.facts.slice(
      0,
      whole.facts.findIndex(({ name }) => name === DECIDED),
    );
    const at = before.at(-1)?.at ?? '';
    const start = '2027-01-06T10:00:00.000Z';
    const booked = {
      name: 'final-meeting.booked',
      at,
      answers: { start, end: '2027-01-06T11:30:00.000Z', eventId: 'e1', organiser: 'x' },
    };
    const example = { ...whole, facts: [...before, booked], now: '2027-02-01T10:00' };
    const recorded = run(protocol, example, protocols.calendar('knowsley'), protocols.all()).attempt(DECIDED);
    expect(recorded).toMatchObject([{ fact: DECIDED, at: start, recordedAt: '2027-02-01T10:00:00.000Z' }]);
  });

  test('and the plan that a TAF makes is asked for when it is recorded as held', () => {
    const plans = ['barnsley/step-down-with-lead final-meeting', 'barnsley/step-down-no-lead final-meeting'];
    for (const place of [...plans, 'barnsley/specialist-step-back taf', 'barnsley/specialist-step-back taf-by-lead']) {
      const [pathway = '', id = ''] = place.split(' ');
      expect(meetStep(protocols.get(pathway), id).form.plan).toMatchObject({ type: 'document', required: true });
    }
  });
});

function windowStep(meeting: Meeting, protocol: Protocol, id: string) {
  const step = protocol.steps[meeting.windowOf ?? id];
  if (!step) throw new Error(`${protocol.id} has no ${meeting.windowOf}.`);
  return step;
}

const countInWords = ({ n, unit }: Count) => `${n} ${n === 1 ? unit.replace(/s$/, '') : unit}`;

/** @example inWords(due, protocol) // within 5 working days of request.received */
function inWords(due: Due, protocol: Protocol): string {
  switch (due.form) {
    case 'clock': {
      const clock = protocol.clocks[due.clock];
      return `${due.clock}: ${clock ? inWords(clock, protocol) : 'none'}`;
    }
    case 'next':
      return `next ${due.cycle} of ${due.of}`;
    case 'notice':
      return `notice ${countInWords(due.count)} before ${due.before}`;
    case 'at-once':
      return `at once of ${due.of}`;
    default:
      return `${due.form} ${countInWords(due.count)} of ${due.of}`;
  }
}

function whereOf(step: MeetStep): Meeting['where'] {
  if (step.online) return 'online';
  if (step.room) return 'room';
  if (step.place !== undefined) return 'home';
  return step.sessionOf === undefined ? 'theirs' : 'session';
}
