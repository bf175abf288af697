/** Small made-up pathways, so that a test shows everything that its sentence rests on. */
import type {
  Condition,
  Council,
  Due,
  Field,
  Gate,
  Outcome,
  Page,
  Protocol,
  Step,
} from '../../../src/domain/protocol/types.ts';
import { buildCalendar } from '../../../src/domain/time/calendar.ts';
import type { Count } from '../../../src/domain/time/count.ts';
import { parseDay } from '../../../src/domain/time/instant.ts';

/** Bank holidays of the turn of the year 2026/27; nothing else is off from July 2026 to June 2027. */
export const calendar = buildCalendar({
  holidays: [
    { day: parseDay('2026-12-25'), name: 'Christmas Day', projected: false },
    { day: parseDay('2026-12-28'), name: 'Boxing Day (substitute day)', projected: false },
    { day: parseDay('2027-01-01'), name: "New Year's Day", projected: false },
  ],
  closures: [],
  from: parseDay('2026-07-01'),
  to: parseDay('2027-06-30'),
});

export const council: Council = {
  id: 'madeup',
  name: 'Made-up Council',
  referencePrefix: 'MAD',
  rulePrefixes: ['MAD'],
  services: { 'social-care': { name: 'Social Care' }, 'early-help': { name: 'Early Help' } },
  roles: {
    asker: { name: 'asker', held: 'named', channel: 'askers', reportsTo: 'chief' },
    chief: { name: 'chief', held: 'group' },
    decider: { name: 'decider', held: 'group', channel: 'deciders', reportsTo: 'chief' },
    helper: { name: 'helper', held: 'named', channel: 'team', reportsTo: 'chief' },
    leader: { name: 'leader', held: 'team', channel: 'team', reportsTo: 'chief' },
  },
  teams: { north: { name: 'North', about: 'Up.' }, south: { name: 'South', about: 'Down.' } },
  mailboxes: { inbox: { name: 'Inbox', address: 'inbox@madeup.example', rules: [] } },
  channels: { askers: { name: 'Askers' }, deciders: { name: 'Deciders' } },
  cycles: {
    forum: {
      title: 'Forum',
      every: { n: 1, unit: 'weeks' },
      dates: [],
      datesOfTeam: {},
      takes: [],
      weekday: 'Tuesday',
      time: '10:00',
      minutes: 30,
      bankHoliday: 'skip',
      cutOffWorkingDays: 1,
      by: 'decider',
      rules: ['MAD-9'],
    },
  },
  settings: { counting: { options: ['calendar', 'working'], default: 'calendar', ambiguity: 'AMB-04', also: {} } },
  lists: { plan: { title: 'Plans', states: ['active', 'paused'], moves: [], rules: [] } },
  sources: {},
  safeguarding: { emergency: '999', team: 'the hub', lines: [], tells: ['chief'], rules: ['MAD-S'] },
  closureDays: [],
  start: [],
  texts: {},
  options: {},
};

const base = {
  title: '',
  by: ['asker'],
  after: [],
  unless: [],
  optional: false,
  repeats: false,
  due: [],
  gates: [],
  warns: [],
  form: {},
  documents: [],
  tells: [],
  lists: {},
  reopens: [],
  post: 'personal',
  rules: [],
} as const;

type Given<K extends Step['kind']> = Partial<Omit<Extract<Step, { kind: K }>, 'kind'>>;
type Unnamed = Step extends infer S ? (S extends Step ? Omit<S, 'id'> : never) : never;

export const record = (more: Given<'record'> = {}): Unnamed => ({ ...base, kind: 'record', ...more });
export const consent = (more: Given<'consent'> = {}): Unnamed => ({
  ...base,
  kind: 'consent',
  from: 'family',
  consent: 'recorded',
  covers: [],
  mayBe: [],
  post: 'none',
  ...more,
});
export const send = (more: Given<'send'> = {}): Unnamed => ({
  ...base,
  kind: 'send',
  to: ['mailbox/inbox'],
  copy: [],
  done: 'sent',
  automatic: false,
  subject: 'Request',
  from: 'role/asker',
  ...more,
});
export const decision = (outcomes: Record<string, Outcome>, more: Given<'decide'> = {}): Unnamed => ({
  ...base,
  kind: 'decide',
  by: ['decider'],
  notBy: [],
  joint: false,
  outcomes,
  ...more,
});
export const meet = (more: Given<'meet'> = {}): Unnamed => ({
  ...base,
  kind: 'meet',
  purposes: [],
  with: ['role/asker'],
  invite: [],
  mayCome: [],
  organiser: 'asker',
  minutes: 60,
  bufferMinutes: 0,
  room: false,
  online: false,
  childAttends: false,
  chooseFrom: [],
  outcomes: {},
  ...more,
});
export const assign = (more: Given<'assign'> = {}): Unnamed => ({
  ...base,
  kind: 'assign',
  by: ['leader'],
  fills: 'helper',
  agrees: false,
  mayBe: [],
  form: { worker: field('worker', { type: 'person', role: 'helper' }) },
  ...more,
});
export const ladder = (more: Given<'resolve'> = {}): Unnamed => ({
  ...base,
  kind: 'resolve',
  by: [],
  about: '',
  byDialogue: false,
  rungs: [],
  outcomes: {},
  ...more,
});

export const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  button: 'Do',
  done: 'Done.',
  asks: {},
  gates: [],
  tells: [],
  lists: {},
  reopens: [],
  rules: [],
  ...more,
});
export const gate = (needs: readonly string[], more: Partial<Gate> = {}): Gate => ({
  needs,
  forbids: [],
  says: 'Something comes first.',
  rules: ['MAD-G'],
  ...more,
});
export const condition = (more: Partial<Condition>): Condition => ({ all: [], any: [], none: [], rules: [], ...more });
export const within = (n: number, unit: Count['unit'], of: string, more: object = {}): Due => ({
  form: 'within',
  count: { n, unit },
  of,
  rules: ['MAD-1'],
  instead: [],
  ...more,
});
export const field = (id: string, more: Partial<Field> = {}): Field => ({
  id,
  type: 'text',
  label: id,
  error: `Enter ${id}.`,
  required: true,
  options: [],
  prefill: [],
  personal: false,
  rules: [],
  ...more,
});

/** Asks nothing; that there is one makes cases with children. */
export const childPage: Page = {
  id: 'child',
  title: 'Child',
  each: 'children',
  records: { form: true },
  fields: {},
  rules: [],
};

export function pathway(steps: Readonly<Record<string, Unnamed>>, more: Partial<Protocol> = {}): Protocol {
  const named = Object.entries({ start: send({ title: 'request' }), ...steps }).map(([id, step]) => [
    id,
    { ...step, id, title: step.title === '' ? id.replaceAll('-', ' ') : step.title } as Step,
  ]);
  return {
    council,
    id: 'madeup/way',
    edition: 1,
    version: '1-test',
    title: 'made-up way',
    button: 'Start',
    offered: true,
    direction: 'step-down',
    holder: { starts: 'social-care', moves: [], when: 'never' },
    afterwards: [],
    facts: {},
    conditions: {},
    clocks: {},
    steps: Object.fromEntries(named),
    opening: { by: ['asker'], pages: [childPage], sends: 'start' },
    rules: [],
    ...more,
  };
}
