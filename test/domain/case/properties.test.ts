/** What holds for every case, whoever presses what in whatever order: thousands of made-up lives of one family. */
import fc from 'fast-check';
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { decide } from '../../../src/domain/case/decide.ts';
import { effects } from '../../../src/domain/case/effects.ts';
import { evolve, replay } from '../../../src/domain/case/evolve.ts';
import { statusOf } from '../../../src/domain/case/status.ts';
import { partsOf } from '../../../src/domain/case/steps.ts';
import {
  type Actor,
  type Answers,
  type Case,
  type CaseEvent,
  type Command,
  PROGRAM,
} from '../../../src/domain/case/types.ts';
import type { Field } from '../../../src/domain/protocol/types.ts';
import { addMinutes, dayOf, type Instant, parseInstant } from '../../../src/domain/time/instant.ts';
import { meetingAnswers } from './meeting-answers.ts';

const protocols = loadProtocols();
const protocol = protocols.get('camden/after-assessment');
const calendar = protocols.calendar('camden');
const roles = Object.keys(protocol.council.roles);
const services = Object.keys(protocol.council.services);
const BEGIN = parseInstant('2026-12-18T09:00');

const openingPages = {
  agreement: { who: ['mother'], at: '2026-12-17', how: 'in-person' },
  assessment: { at: '2026-12-17', 'lead-service': 'early-help' },
  child: {
    'c1.name': 'R',
    'c1.birth-date': '27 3 2015',
    'c1.mosaic': '1',
    'c1.schools': 'S',
    'c1.support-needed': 'x',
    'c1.reasons': 'y',
  },
  plan: { summary: 's', outline: 'o', 'way-back': 'w' },
  times: { times: ['2026-12-30T10:00', '2026-12-31T14:00', '2027-01-04T10:00'] },
  check: { 'agreement-covers-all': true },
};

/** Mostly right answers, so that lives get somewhere; the rest is what a tired person or a forged card might send. */
function answer(field: Field, n: number, now: Instant): Answers[string] {
  switch (field.type) {
    case 'date':
      return dayOf(now);
    case 'times':
      return [1, 2, 3].map((days) => addMinutes(now, days * 1440));
    case 'choice':
      return field.options[n % Math.max(1, field.options.length)]?.id ?? 'x';
    case 'choices':
      return [field.options[0]?.id ?? 'x'];
    case 'confirm':
    case 'confirm-all':
      return true;
    case 'team':
      return Object.keys(protocol.council.teams)[n % 3] ?? null;
    case 'person':
      return `worker-${n % 3}`;
    default:
      return 'words';
  }
}

interface Press {
  readonly step: number;
  readonly part: number;
  readonly by: number;
  readonly minutes: number;
  readonly n: number;
  readonly wild: boolean;
  readonly reason: boolean;
  readonly key: number;
}

const press = fc.record<Press>({
  step: fc.nat(200),
  part: fc.nat(20),
  by: fc.nat(40),
  minutes: fc.integer({ min: 0, max: 600 }),
  n: fc.nat(9),
  wild: fc.boolean().map((wild) => wild),
  reason: fc.boolean(),
  key: fc.nat(60),
});

const UNIVERSAL = [
  'safeguarding.stopped',
  'safeguarding.taken',
  'safeguarding.restarted',
  'safeguarding.ended',
  'withdrawn',
  'withdrawn.again',
  'cover.set',
  'case.ended',
  'assessment-completed',
  'nonsense',
];

function commandOf(it: Press, theCase: Case, now: Instant): { command: Command; actor: Actor } {
  const steps = Object.values(protocol.steps);
  const all: Actor = { person: `person-${it.by % 4}`, roles };
  if (it.step % 40 === 0) {
    const fact = UNIVERSAL[it.n] ?? 'withdrawn';
    const answers = { why: 'x', person: 'person-1', cover: 'person-2', until: dayOf(now) };
    return { command: { type: 'fact', fact, answers }, actor: all };
  }
  // Nine presses of ten go to something that is open, else a life would be spent being told "not yet".
  const status = statusOf(protocol, theCase, calendar, now);
  const open = steps.filter(({ id }) => status.steps[id]?.state === 'open');
  const from = it.step % 10 !== 0 && open.length > 0 ? open : steps;
  const step = from[(it.step + it.part) % from.length] ?? from[0];
  if (step === undefined) throw new Error('A pathway has steps.');
  const parts = partsOf(step);
  const part = it.wild && it.n === 9 ? 'nonsense' : (parts[it.part % parts.length] ?? '');
  const asks = 'outcomes' in step ? Object.assign({}, ...Object.values(step.outcomes).map((one) => one.asks)) : {};
  const moments = Object.assign({}, ...Object.values(step.moments ?? {}).map((one) => one.asks));
  const answers: Record<string, Answers[string]> = {};
  for (const field of Object.values<Field>({ ...step.form, ...asks, ...moments })) {
    answers[field.each ? `c1.${field.id}` : field.id] = it.wild && it.n === 3 ? null : answer(field, it.n, now);
  }
  const start = addMinutes(now, 60 * (it.n + 1));
  const byProgram =
    ['sent', 'received', 'booked', 'moved', 'no-time'].includes(part) ||
    // Of a meeting: seen in Outlook, or said by somebody.
    (step.kind === 'meet' && (part === 'accepted' || (['cancelled', 'declined'].includes(part) && it.n % 2 === 0)));
  if (step.kind === 'meet')
    Object.assign(answers, meetingAnswers(status.steps[step.id]?.booking, part, it.n, start, 'person'));
  const actor: Actor =
    byProgram && it.by % 10 !== 0
      ? { person: PROGRAM, roles: [] }
      : it.by % 7 === 0
        ? { person: 'stranger', roles: [] }
        : all;
  return {
    command: {
      type: 'record',
      step: step.id,
      ...(part === '' ? {} : { part }),
      answers,
      ...(it.reason ? { reason: 'x' } : {}),
    },
    actor,
  };
}

function open(): { events: CaseEvent[]; theCase: Case } {
  const command: Command = {
    type: 'open',
    reference: 'CAM-7K3F',
    pathway: protocol.id,
    children: ['c1'],
    pages: openingPages,
  };
  const events = decide(protocol, undefined, command, { person: 'person-0', roles }, BEGIN, calendar, 'open');
  if (!Array.isArray(events)) throw new Error(events.words);
  return { events, theCase: replay('case', events) };
}

test('whatever is pressed: no throw, one holder, one truth, nothing twice', () => {
  let reached = 0;
  fc.assert(
    fc.property(fc.array(press, { minLength: 30, maxLength: 90, size: 'max' }), (presses) => {
      const { events, theCase } = open();
      let current = theCase;
      let now = BEGIN;
      const keys = new Set<string>();
      for (const it of presses) {
        now = addMinutes(now, it.minutes);
        const { command, actor } = commandOf(it, current, now);
        const key = `press-${it.key}`;
        const decided = decide(protocol, current, command, actor, now, calendar, key);
        if (!Array.isArray(decided)) {
          expect(decided.words).not.toBe('');
          expect(decided.words).not.toMatch(/undefined|\[object|failed|refused|invalid|denied|breach/);
          continue;
        }
        const before = current;
        const was = statusOf(protocol, before, calendar, now);
        for (const event of decided) current = evolve(current, event);
        events.push(...decided);

        // The same press again changes nothing.
        const again = decide(protocol, current, command, actor, now, calendar, key);
        expect(Array.isArray(again) ? again : []).toEqual([]);

        const status = statusOf(protocol, current, calendar, now);
        expect(services).toContain(status.holder);
        if (status.holder !== was.holder) expect(current.facts.at(-1)?.fact).toBe('close');
        if (was.stopped && actor.person !== PROGRAM && command.type === 'record') expect(decided).toEqual([]);
        for (const deadline of status.deadlines) {
          const state = status.steps[deadline.step]?.state;
          expect(['open', 'waiting', 'done']).toContain(state);
          if (state === 'done') expect(deadline.metAt).toBeDefined();
          expect(deadline.because.at(-1)?.kind).toBe('rule');
        }
        const perStep = status.deadlines.filter(({ effective }) => effective).map(({ step }) => step);
        expect(new Set(perStep).size).toBe(perStep.length);
        for (const effect of effects(protocol, before, current, calendar, now)) {
          expect(keys.has(effect.key)).toBe(false);
          keys.add(effect.key);
          if (effect.kind === 'card' && effect.step !== 'case') expect(protocol.steps[effect.step]).toBeDefined();
        }
      }
      expect(replay('case', events)).toEqual(current);
      reached = Math.max(reached, current.facts.length);
    }),
    { numRuns: 30, seed: 20261218 },
  );
  // A property that never leaves the first page proves nothing.
  expect(reached).toBeGreaterThan(12);
});

test('nobody closes before the visit, whatever else is pressed', () => {
  let closed = 0;
  fc.assert(
    fc.property(fc.array(press, { minLength: 60, maxLength: 120, size: 'max' }), (presses) => {
      let current = open().theCase;
      let now = BEGIN;
      for (const [index, it] of presses.entries()) {
        now = addMinutes(now, it.minutes);
        const { command, actor } = commandOf(it, current, now);
        const decided = decide(protocol, current, command, actor, now, calendar, `k${index}`);
        if (!Array.isArray(decided)) continue;
        for (const event of decided) current = evolve(current, event);
      }
      const at = current.facts.findIndex(({ fact }) => fact === 'close');
      if (at < 0) return;
      closed += 1;
      expect(current.facts.slice(0, at).some(({ fact }) => fact === 'joint-visit.held')).toBe(true);
    }),
    { numRuns: 30, seed: 20261219 },
  );
  expect(closed).toBeGreaterThan(0);
});
