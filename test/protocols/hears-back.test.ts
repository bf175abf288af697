/**
 * Whoever made a referral hears what became of it, on every pathway and whichever way it is answered or ends: by a card of their own
 * (outcome, reason, next step, and what to do if worried stand on it), by a mail, by the next question, or where the role is held by a
 * group in its channel.
 */
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { Consequences, Protocol, Step } from '../../src/domain/protocol/types.ts';

const protocols = loadProtocols().all();

/** Nobody has referred anybody: a departure from the protocol that two managers note, and talk about every four weeks. */
const NO_REFERRAL = ['knowsley/adherence'];

/** Ways in which somebody else than the referrer answers, or ends the case: `front-door.advice`. */
function answersOf({ opening, steps }: Protocol): readonly { ref: string; step: Step; by: Consequences }[] {
  return Object.values(steps)
    .filter((step) => !deciders(step).every((role) => opening.by.includes(role)))
    .flatMap((step): readonly { ref: string; step: Step; by: Consequences }[] => {
      const outcomes = Object.entries(outcomesOf(step));
      if (outcomes.length > 0) return outcomes.map(([id, by]) => ({ ref: `${step.id}.${id}`, step, by }));
      return step.ends === undefined ? [] : [{ ref: step.id, step, by: step }];
    });
}

function deciders(step: Step): readonly string[] {
  if (step.kind === 'meet') return [...step.by, step.organiser];
  return step.kind === 'resolve' ? [...step.by, ...step.rungs.flatMap(({ by }) => by)] : step.by;
}

function reaches(protocol: Protocol, { ref, step, by }: ReturnType<typeof answersOf>[number]): boolean {
  const { opening, council, steps, conditions } = protocol;
  const own = opening.by.map((role) => `role/${role}`);
  const channels = opening.by.flatMap((role) => {
    const { held, channel } = council.roles[role] ?? {};
    return held === 'group' && channel !== undefined ? [`channel/${channel}`] : [];
  });
  if ([...by.tells, ...step.tells].some((target) => own.includes(target) || channels.includes(target))) return true;
  const after = [ref, step.id];
  const named = Object.entries(conditions).flatMap(([name, { all, any }]) =>
    [...all, ...any].some((each) => after.includes(each)) ? [name] : [],
  );
  return Object.values(steps).some((next) => {
    if (!next.after.some((each) => after.includes(each) || named.includes(each))) return false;
    if (next.kind === 'send' && [...next.to, ...next.copy].some((target) => own.includes(target))) return true;
    return next.post !== 'none' && !next.optional && next.by.some((role) => opening.by.includes(role));
  });
}

describe.each(protocols.map((protocol) => [protocol.id, protocol] as const))('%s', (id, protocol) => {
  if (NO_REFERRAL.includes(id)) {
    test('begins with no referral', () => expect(protocol.opening.by.length).toBeGreaterThan(1));
    return;
  }
  test('tells the referrer each answer, and how it ended', () => {
    const silent = answersOf(protocol).filter((answer) => !reaches(protocol, answer));
    expect(silent.map(({ ref }) => ref)).toEqual([]);
  });
});

test('Somebody is looked for on every pathway that another service answers', () => {
  const answered = protocols.filter((protocol) => answersOf(protocol).length > 0);
  expect(answered.length).toBeGreaterThan(15);
});
