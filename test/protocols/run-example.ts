/** An example, made into a case that the engine reads: the same decide and statusOf as in the product. */
import type { Example } from '../../src/adapters/protocol-files/examples.ts';
import { decide } from '../../src/domain/case/decide.ts';
import { evolve, replay } from '../../src/domain/case/evolve.ts';
import { holds } from '../../src/domain/case/facts.ts';
import { withMove } from '../../src/domain/case/moving.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import { questionsOf } from '../../src/domain/case/steps.ts';
import type {
  Answer,
  Answers,
  Case,
  CaseEvent,
  CaseStatus,
  FactRecorded,
  Refusal,
} from '../../src/domain/case/types.ts';
import type { Field, Protocol } from '../../src/domain/protocol/types.ts';
import type { Calendar } from '../../src/domain/time/calendar.ts';
import {
  addMinutes,
  type Day,
  dayOf,
  type Instant,
  instantAt,
  parseDay,
  parseInstant,
} from '../../src/domain/time/instant.ts';

export const readTime = (text: string): Instant | Day => (text.length === 10 ? parseDay(text) : parseInstant(text));
const momentOf = (text: string): Instant =>
  text.length === 10 ? instantAt(parseDay(text), '09:00') : parseInstant(text);

export interface Ran {
  /** The pathway on which it is in the end. */
  readonly protocol: Protocol;
  readonly case: Case;
  readonly now: Instant;
  readonly status: CaseStatus;
  /** Where it has moved: as it left the first pathway. */
  readonly left?: CaseStatus;
  /** Tries `step`, `step.outcome` or `step as role` with filled-in answers; without a role as somebody who holds every one. */
  attempt(what: string): readonly CaseEvent[] | Refusal;
}

/** @param pathways all that there are: where the data says that a case moves, the example moves */
export function run(first: Protocol, example: Example, calendar: Calendar, pathways: readonly Protocol[]): Ran {
  const now = parseInstant(example.now);
  const find = (id: string) => pathways.find((each) => each.id === id);
  const withChildren = first.opening.pages.some(({ each }) => each === 'children');
  let protocol = first;
  let left: CaseStatus | undefined;
  let theCase = replay('example', [
    {
      type: 'case-opened',
      recordedAt: example.facts[0] ? momentOf(example.facts[0].at) : now,
      by: 'amara',
      commandKey: 'open',
      reference: 'XXX-2345',
      council: first.council.id,
      pathway: first.id,
      version: first.version,
      children: withChildren ? ['c1'] : [],
      settings: example.settings,
    },
  ]);
  for (const [index, { name, at, answers }] of example.facts.entries()) {
    const by = { recordedAt: momentOf(at), by: 'amara', commandKey: `fact-${index}` };
    const fact: FactRecorded = { type: 'fact-recorded', ...by, fact: name, at: readTime(at), answers };
    const deciding = { now: by.recordedAt, actor: { person: by.by, roles: [] }, commandKey: by.commandKey };
    const events = withMove({ ...deciding, protocol, calendar, pathways: find }, theCase, fact);
    if ('refused' in events) throw new Error(`${example.name}: ${events.words}`);
    for (const event of events) {
      if (event.type === 'case-moved') left ??= statusOf(first, theCase, calendar, by.recordedAt);
      theCase = evolve(theCase, event);
    }
    protocol = find(theCase.pathway) ?? protocol;
  }
  return {
    protocol,
    case: theCase,
    now,
    status: statusOf(protocol, theCase, calendar, now),
    ...(left === undefined ? {} : { left }),
    attempt: (what) => {
      const [name = '', role] = what.split(' as ');
      const [id = '', part] = name.split('.');
      const step = protocol.steps[id];
      if (!step) throw new Error(`${example.name}: no step is called ${id}`);
      if (role !== undefined && !protocol.council.roles[role])
        throw new Error(`${example.name}: no role is called ${role}`);
      return decide(
        protocol,
        theCase,
        {
          type: 'record',
          step: id,
          ...(part === undefined ? {} : { part }),
          ...(step.each === undefined ? {} : { child: step.each === 'children' ? 'c1' : 'a1' }),
          answers: answersFor(protocol, questionsOf(protocol, theCase, step, part), now),
        },
        { person: 'everybody', roles: role === undefined ? Object.keys(protocol.council.roles) : [role] },
        now,
        calendar,
        'attempt',
        find,
      );
    },
  };
}

/** An answer to each question that is asked, given the answers before it, so that an attempt fails for what the example is about. */
function answersFor(protocol: Protocol, fields: Readonly<Record<string, Field>>, now: Instant): Answers {
  const answers: Record<string, Answer> = {};
  for (const field of Object.values(fields)) {
    const prefix = field.each === 'children' ? 'c1.' : '';
    const [asks = '', option] = field.when?.replace(/^form\./, '').split('.') ?? [];
    if (field.when !== undefined && !holds(answers[`${prefix}${asks}`] ?? answers[asks], option)) continue;
    answers[`${prefix}${field.id}`] = answerFor(protocol, field, now);
  }
  return answers;
}

const MINUTES_A_DAY = 24 * 60;

function answerFor(protocol: Protocol, field: Field, now: Instant): Answer {
  const ids = field.options.filter(({ refuses }) => refuses === undefined).map(({ id }) => id);
  switch (field.type) {
    case 'confirm':
      return true;
    case 'yes-no':
      return 'yes';
    case 'date':
      return dayOf(now);
    case 'choice':
      return ids[0] ?? '';
    case 'choices':
      return ids.slice(0, 1);
    case 'confirm-all':
      return ids;
    case 'team':
      return Object.keys(protocol.council.teams)[1] ?? '';
    case 'person':
      return 'jo';
    case 'people':
    case 'agencies':
      return ['Some agency'];
    case 'document':
      return 'https://files.example/made-up.docx';
    case 'birth-date':
      return '2015-03-27';
    case 'times':
      return [1, 2, 3, 4, 5].map((days) => addMinutes(now, days * MINUTES_A_DAY));
    default:
      return 'Some words.';
  }
}
