/** An example, made into a case that the engine reads: the same decide and statusOf as in the product. */
import type { Example } from '../../src/adapters/protocol-files/examples.ts';
import { decide } from '../../src/domain/case/decide.ts';
import { replay } from '../../src/domain/case/evolve.ts';
import { holds } from '../../src/domain/case/facts.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import { fieldsAsked } from '../../src/domain/case/steps.ts';
import type { Answer, Answers, Case, CaseEvent, CaseStatus, Refusal } from '../../src/domain/case/types.ts';
import type { Field, Protocol } from '../../src/domain/protocol/types.ts';
import type { Calendar } from '../../src/domain/time/calendar.ts';
import { type Day, dayOf, type Instant, instantAt, parseDay, parseInstant } from '../../src/domain/time/instant.ts';

export const readTime = (text: string): Instant | Day => (text.length === 10 ? parseDay(text) : parseInstant(text));
const momentOf = (text: string): Instant =>
  text.length === 10 ? instantAt(parseDay(text), '09:00') : parseInstant(text);

export interface Ran {
  readonly case: Case;
  readonly now: Instant;
  readonly status: CaseStatus;
  /** Tries a step or step.outcome with filled-in answers, as somebody who holds every role. */
  attempt(what: string): readonly CaseEvent[] | Refusal;
}

export function run(protocol: Protocol, example: Example, calendar: Calendar): Ran {
  const now = parseInstant(example.now);
  const opened: CaseEvent = {
    type: 'case-opened',
    recordedAt: example.facts[0] ? momentOf(example.facts[0].at) : now,
    by: 'amara',
    commandKey: 'open',
    reference: 'XXX-2345',
    council: protocol.council.id,
    pathway: protocol.id,
    version: protocol.version,
    children: ['c1'],
    settings: example.settings,
  };
  const recorded = example.facts.map(
    ({ name, at, answers }, index): CaseEvent => ({
      type: 'fact-recorded',
      recordedAt: momentOf(at),
      by: 'amara',
      commandKey: `fact-${index}`,
      fact: name,
      at: readTime(at),
      answers,
    }),
  );
  const theCase = replay('example', [opened, ...recorded]);
  return {
    case: theCase,
    now,
    status: statusOf(protocol, theCase, calendar, now),
    attempt: (what) => {
      const [id = '', part] = what.split('.');
      const step = protocol.steps[id];
      if (!step) throw new Error(`${example.name}: no step is called ${id}`);
      return decide(
        protocol,
        theCase,
        {
          type: 'record',
          step: id,
          ...(part === undefined ? {} : { part }),
          answers: answersFor(protocol, fieldsAsked(step, part), now),
        },
        { person: 'everybody', roles: Object.keys(protocol.council.roles) },
        now,
        calendar,
        'attempt',
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

function answerFor(protocol: Protocol, field: Field, now: Instant): Answer {
  const ids = field.options.map(({ id }) => id);
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
    default:
      return 'Some words.';
  }
}
