/** A case that goes on under another pathway: nobody was found, the worker missed the review, the support is to go on elsewhere. */
import type { PathwayId, Protocol, RoleId } from '../protocol/types.ts';
import type { Deciding } from './deciding.ts';
import { endingOf } from './ending.ts';
import { evolve } from './evolve.ts';
import { broughtAbout, childrenPresent } from './in-force.ts';
import { listsOn } from './lists.ts';
import { namedOn } from './named.ts';
import { type Reading, readCase } from './reading.ts';
import { refuse } from './refusals.ts';
import { stepOfFact } from './steps.ts';
import { teamsNamed } from './teams.ts';
import type {
  Case,
  CaseEvent,
  CaseMoved,
  CaseStatus,
  ChildId,
  FactRecorded,
  PersonId,
  RecordedFact,
  Refusal,
} from './types.ts';

/** The fact, and the move that it brings about, which keeps everything recorded so far. */
export function withMove(deciding: Deciding, before: Case, fact: FactRecorded): CaseEvent[] | Refusal {
  const { pathways, protocol } = deciding;
  const reading = readCase(protocol, evolve(before, fact));
  const to = targetOf(reading);
  if (to === undefined || endingOf(readCase(protocol, before)) !== undefined) return [fact];
  const target = pathways?.(to);
  if (target === undefined) return notHere(to);
  const present = childrenPresent(protocol, reading.case, reading.facts);
  const moved: CaseMoved = {
    ...movedTo(deciding, reading, target, true),
    ...(present.length < before.children.length ? { children: present } : {}),
  };
  return [fact, moved];
}

/** Where the fact recorded last sends the case. About each child: once every child still on the pathway has been sent on. */
function targetOf(reading: Reading): PathwayId | undefined {
  const { protocol, case: theCase, facts } = reading;
  const last = facts.find(({ seq }) => seq === theCase.seq);
  const step = last && stepOfFact(protocol, last.fact)?.step;
  if (last === undefined || step === undefined) return undefined;
  const sentBy = (fact: RecordedFact) => broughtAbout(protocol, theCase, facts, fact)?.movesTo;
  if (step.each !== 'children') return sentBy(last);
  const present = childrenPresent(protocol, theCase, facts);
  const sent = new Map<ChildId | undefined, PathwayId>();
  for (const fact of reading.factsOf(step.id)) {
    const to = sentBy(fact);
    if (to !== undefined) sent.set(fact.child, to);
  }
  const targets = present.map((child) => sent.get(child));
  return targets.every((to) => to !== undefined) ? targets.at(-1) : undefined;
}

/**
 * What comes along: who is named, the team, and what the case has written into registers.
 * @param keeps the facts come along too
 */
export function movedTo(
  { actor, now, commandKey }: Deciding,
  reading: Reading,
  target: Protocol,
  keeps: boolean,
): CaseMoved {
  const { protocol, case: theCase, facts } = reading;
  const { team } = teamsNamed(protocol, theCase, facts);
  const lists = listsOn(reading);
  return {
    type: 'case-moved',
    recordedAt: now,
    by: actor.person,
    commandKey,
    pathway: target.id,
    version: target.version,
    keeps,
    // A switch that was changed since does not move the dates of a running case.
    settings: statesOf(theCase.settings, lists),
    named: namedOn(reading),
    ...(team === undefined ? {} : { team }),
    ...(Object.keys(lists).length === 0 ? {} : { lists }),
  };
}

/** States of the family's entries now, which the next pathway reads as those at its start. */
function statesOf(
  settings: Readonly<Record<string, string>>,
  lists: CaseStatus['lists'],
): Readonly<Record<string, string>> {
  return {
    ...settings,
    ...Object.fromEntries(Object.entries(lists).map(([list, { state }]) => [`list.${list}`, state])),
  };
}

export function namedBy(protocol: Protocol, role: RoleId, person: PersonId): Readonly<Record<RoleId, PersonId>> {
  return protocol.council.roles[role]?.held === 'named' ? { [role]: person } : {};
}

export function notHere(pathway: PathwayId): Refusal {
  return refuse(
    'unknown',
    `The next pathway, “${pathway}”, is not known here, so nothing was recorded. Tell whoever looks after Stepwise.`,
  );
}
