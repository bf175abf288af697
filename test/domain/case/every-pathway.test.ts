/** Made-up lives on every pathway that comes with the program, moves and coming back included: nothing throws, nothing follows twice. */
import fc from 'fast-check';
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { decide } from '../../../src/domain/case/decide.ts';
import { effects } from '../../../src/domain/case/effects.ts';
import { evolve, replay } from '../../../src/domain/case/evolve.ts';
import { statusOf } from '../../../src/domain/case/status.ts';
import { partsOf, questionsOf } from '../../../src/domain/case/steps.ts';
import {
  type Answer,
  type Answers,
  type Case,
  type CaseEvent,
  type Command,
  PROGRAM,
} from '../../../src/domain/case/types.ts';
import type { Field, Protocol } from '../../../src/domain/protocol/types.ts';
import { addMinutes, dayOf, type Instant, parseInstant } from '../../../src/domain/time/instant.ts';
import { meetingAnswers } from './meeting-answers.ts';

const protocols = loadProtocols();
const pathways = (id: string) => protocols.all().find((each) => each.id === id);
const BEGIN = parseInstant('2026-12-14T10:00');
const MINUTES_A_DAY = 1440;

function answerFor(protocol: Protocol, field: Field, n: number, now: Instant): Answer {
  const ids = field.options.filter(({ refuses }) => refuses === undefined).map(({ id }) => id);
  switch (field.type) {
    case 'confirm':
      return true;
    case 'yes-no':
      return n % 2 === 0 ? 'yes' : 'no';
    case 'date':
      return dayOf(now);
    case 'document':
      return 'https://files.example/made-up.docx';
    case 'birth-date':
      return '2015-03-27';
    case 'times':
      return [1, 2, 3, 4].map((days) => addMinutes(now, days * MINUTES_A_DAY));
    case 'choice':
      return ids[n % ids.length] ?? null;
    case 'choices':
      return ids.slice(0, 1 + (n % ids.length));
    case 'confirm-all':
      return ids;
    case 'team':
      return Object.keys(protocol.council.teams)[n % Object.keys(protocol.council.teams).length] ?? null;
    case 'person':
      return `worker-${n % 3}`;
    case 'people':
    case 'agencies':
      return ['School', 'Health'];
    default:
      return 'words';
  }
}

const children = ['c1', 'c2'];

/** All questions, the conditional ones too: what is not asked is not read. */
function answersTo(
  protocol: Protocol,
  fields: Readonly<Record<string, Field>>,
  n: number,
  now: Instant,
  perChild = false,
): Answers {
  return Object.fromEntries(
    Object.values(fields).flatMap((field) => {
      const answer = answerFor(protocol, field, n, now);
      const each = perChild || field.each === 'children';
      return each ? children.map((child) => [`${child}.${field.id}`, answer]) : [[field.id, answer]];
    }),
  );
}

function pagesOf(protocol: Protocol, n: number, now: Instant): Readonly<Record<string, Answers>> {
  return Object.fromEntries(
    protocol.opening.pages.map((page) => [page.id, answersTo(protocol, page.fields, n, now, page.each === 'children')]),
  );
}

interface Press {
  readonly step: number;
  readonly part: number;
  readonly by: number;
  readonly minutes: number;
  readonly n: number;
}

const press = fc.record<Press>({
  step: fc.nat(400),
  part: fc.nat(40),
  by: fc.nat(40),
  minutes: fc.integer({ min: 0, max: 900 }),
  n: fc.nat(9),
});

const UNIVERSAL = [
  'case.paused',
  'case.resumed',
  'case.reopened',
  'withdrawn',
  'withdrawn.again',
  'safeguarding.stopped',
  'safeguarding.restarted',
  'case.ended',
  'cover.set',
];

function commandOf(it: Press, protocol: Protocol, theCase: Case, now: Instant): Command {
  if (it.step % 25 === 0) {
    const until = dayOf(addMinutes(now, 5 * MINUTES_A_DAY));
    const answers = { why: 'x', until, person: 'worker-1', cover: 'worker-2' };
    return { type: 'fact', fact: UNIVERSAL[it.n] ?? 'withdrawn', answers };
  }
  const status = statusOf(protocol, theCase, protocols.calendar(theCase.council), now);
  const [again] = status.ended ? protocol.afterwards : [];
  const target = again === undefined ? undefined : pathways(again);
  if (target && it.n > 5)
    return { type: 'take-up', pathway: target.id, children, pages: pagesOf(target, it.n, now), reason: 'It was so.' };
  const steps = Object.values(protocol.steps);
  const open = steps.filter(({ id }) => status.steps[id]?.state === 'open');
  const from = open.length > 0 && it.step % 10 !== 0 ? open : steps;
  const step = from[it.step % from.length] ?? steps[0];
  if (step === undefined) throw new Error('A pathway has steps.');
  const parts = partsOf(step);
  const part = parts[it.part % parts.length] ?? '';
  const members = step.each === 'agencies' ? status.agencies : theCase.children;
  const child = step.each === undefined ? undefined : members[it.n % Math.max(1, members.length)];
  return {
    type: 'record',
    step: step.id,
    ...(part === '' ? {} : { part }),
    ...(child === undefined ? {} : { child }),
    answers: {
      ...answersTo(protocol, questionsOf(protocol, theCase, step, part === '' ? undefined : part), it.n, now),
      ...(step.kind === 'meet'
        ? meetingAnswers(status.steps[step.id]?.booking, part, it.n, addMinutes(now, 60 * (it.n + 1)), 'worker')
        : {}),
    },
    reason: 'x',
  };
}

const BY_PROGRAM = ['sent', 'received', 'booked', 'moved', 'accepted', 'no-time'];
/** Seen in Outlook, or said by somebody. */
const BY_EITHER = ['cancelled', 'declined'];

const seen = { moved: 0, takenUp: 0, ended: 0 };

test.each(protocols.all().map((protocol) => [protocol.id, protocol] as const))(
  '%s: whatever is pressed, one truth, and nothing twice',
  (_, first) => {
    const roles = Object.keys(first.council.roles);
    const calendar = protocols.calendar(first.council.id);
    let lives = 0;
    fc.assert(
      fc.property(fc.nat(9), fc.array(press, { minLength: 25, maxLength: 50, size: 'max' }), (n, presses) => {
        const opening: Command = {
          type: 'open',
          reference: 'AAA-2345',
          pathway: first.id,
          children,
          pages: pagesOf(first, n, BEGIN),
          // Some are opened late, and say why.
          reason: 'It was so.',
        };
        const opened = decide(first, undefined, opening, { person: 'p0', roles }, BEGIN, calendar, 'open');
        // Some answers lead nowhere: that is said, and is no case.
        if (!Array.isArray(opened)) {
          expect(opened.words).not.toBe('');
          return;
        }
        lives += 1;
        const events: CaseEvent[] = [...opened];
        let theCase = replay('case', events);
        let protocol = first;
        let now = BEGIN;
        const keys = new Set<string>();
        for (const [index, it] of presses.entries()) {
          now = addMinutes(now, it.minutes);
          const command = commandOf(it, protocol, theCase, now);
          const part = command.type === 'record' ? (command.part ?? '') : '';
          const meets = command.type === 'record' && protocol.steps[command.step]?.kind === 'meet';
          const byProgram =
            (part === 'accepted' ? meets : BY_PROGRAM.includes(part)) ||
            (meets && BY_EITHER.includes(part) && it.n % 2 === 0);
          const actor = byProgram ? { person: PROGRAM, roles: [] } : { person: `p${it.by % 4}`, roles };
          const key = `press-${index}`;
          const decided = decide(protocol, theCase, command, actor, now, calendar, key, pathways);
          if (!Array.isArray(decided)) {
            expect(decided.words).not.toBe('');
            expect(decided.words).not.toMatch(/undefined|\[object/);
            continue;
          }
          const before = theCase;
          const was = protocol;
          theCase = decided.reduce<Case>((at, event) => evolve(at, event), theCase);
          events.push(...decided);
          protocol = pathways(theCase.pathway) ?? protocol;
          expect(protocol.id).toBe(theCase.pathway);
          expect(decide(protocol, theCase, command, actor, now, calendar, key, pathways)).toEqual([]);
          const status = statusOf(protocol, theCase, calendar, now);
          expect(Object.keys(first.council.services)).toContain(status.holder);
          for (const effect of effects(protocol, before, theCase, calendar, now, was)) {
            expect([effect.key, keys.has(effect.key)]).toEqual([effect.key, false]);
            keys.add(effect.key);
          }
          for (const event of decided) if (event.type === 'case-moved') seen[event.keeps ? 'moved' : 'takenUp'] += 1;
          if (status.ended) seen.ended += 1;
        }
        expect(replay('case', events)).toEqual(theCase);
      }),
      { numRuns: 5, seed: 20261222 },
    );
    expect(lives).toBeGreaterThan(1);
  },
);

test('some of those lives moved, ended and came back', () => {
  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
});
