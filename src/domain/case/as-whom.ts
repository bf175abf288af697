/** For which role somebody records: their own, one that nobody inside holds, or one for whose holder they stand in. */
import type { Protocol, RoleId } from '../protocol/types.ts';
import { type Agreement, AS, AS_TEAM, isJoint, type Jointly, jointly } from './joint.ts';
import { namedOn } from './named.ts';
import { refuse } from './refusals.ts';
import { rungOf } from './rungs.ts';
import { fieldsOf, own } from './steps.ts';
import { agreementOf, concerned } from './teams.ts';
import type { Trying } from './trying.ts';
import type { Answers, CaseStatus, Refusal } from './types.ts';

export interface AsWhom {
  readonly role: RoleId;
  readonly how: 'own' | 'for-another' | 'stand-in';
}

/** Roles that record what this one owes, because nobody inside holds it: a lead professional in a school. */
export function recordersFor(protocol: Protocol, named: CaseStatus['named'], role: RoleId): readonly RoleId[] {
  const of = own(protocol.council.roles, role);
  if (of?.recordedBy === undefined) return [];
  return of.held === 'named' && own(named, role) !== undefined ? [] : of.recordedBy;
}

/** Every way in which this person may record it, the plainest first. @param roles that owe it */
export function waysToRecord(
  { step, reading, protocol, actor }: Pick<Trying, 'step' | 'reading' | 'protocol' | 'actor'>,
  roles: readonly RoleId[],
): readonly AsWhom[] {
  const holds = (role: RoleId): boolean => actor.roles.includes(role);
  const named = namedOn(reading);
  const ways: AsWhom[] = [
    ...roles.filter(holds).map((role) => ({ role, how: 'own' as const })),
    ...roles
      .filter((role) => recordersFor(protocol, named, role).some(holds))
      .map((role) => ({ role, how: 'for-another' as const })),
  ];
  const standIn = step.kind === 'decide' && step.standIn?.by.some(holds) ? roles[0] : undefined;
  return ways.length === 0 && standIn !== undefined ? [{ role: standIn, how: 'stand-in' }] : ways;
}

/** What the record says of it beside the answers. @param clear answers given, to see whether a word is the same as before */
export function markOf(trying: Trying, ways: readonly AsWhom[], clear: Answers): Answers | Refusal {
  const { step, reading, protocol, command } = trying;
  if (isJoint(step)) {
    const teams = concerned(protocol, reading.case, reading.facts, step);
    const rung = step.kind === 'resolve' ? rungOf(reading, step) : 0;
    const together = own(step.outcomes, trying.part ?? '') && jointly(protocol, step, rung, () => teams.length);
    const { said } = agreementOf(protocol, reading.case, reading.facts, step, command.child);
    if (together?.each === 'role') return voiceOfRole(trying, together, ways, said, clear);
    if (together?.each === 'team') return voiceOfTeam(trying, ways, said, teams, clear);
  }
  const [way] = ways;
  return way?.how === 'for-another' ? { 'recorded-for': way.role } : {};
}

type Said = Agreement['said'];

/** Nobody agrees with themselves: who holds two of the roles speaks for one, and for another only where nobody inside holds it. */
function voiceOfRole(
  trying: Trying,
  { by }: Jointly,
  ways: readonly AsWhom[],
  said: Said,
  clear: Answers,
): Answers | Refusal {
  const { actor } = trying;
  const agreed = (role: RoleId) => said.find((each) => each.role === role && isSame(trying, each, clear));
  const mine = said.find((each) => each.by.by === actor.person && each.by.answers['recorded-for'] === undefined);
  const open = ways.filter(({ role, how }) => {
    if (agreed(role) !== undefined) return false;
    return how === 'for-another' || mine === undefined || mine.role === role;
  });
  const way = open.find(({ role }) => !said.some((each) => each.role === role)) ?? open[0];
  if (way === undefined)
    return saidAlready(
      trying,
      by.filter((role) => agreed(role) === undefined),
      mine,
    );
  return { [AS]: way.role, ...(way.how === 'for-another' ? { 'recorded-for': way.role } : {}) };
}

function voiceOfTeam(
  trying: Trying,
  [way]: readonly AsWhom[],
  said: Said,
  teams: readonly string[],
  clear: Answers,
): Answers | Refusal {
  const { actor } = trying;
  const role = way?.role ?? '';
  const mine = said.find((each) => each.by.by === actor.person);
  if (mine !== undefined && isSame(trying, mine, clear)) return saidAlready(trying, [role], mine);
  const held = teams.filter((team) => actor.teams?.includes(team));
  // One who manages both of them has nobody else to agree with: without a voice of a team, the word stands for all.
  if (teams.length > 0 && held.length === teams.length) return {};
  const spoken = mine?.by.answers[AS_TEAM];
  const free = held.find((team) => !said.some((each) => each.by.answers[AS_TEAM] === team));
  const team = spoken ?? free ?? held[0];
  return { [AS]: role, ...(team === undefined ? {} : { [AS_TEAM]: team }) };
}

/** The same outcome, and the same team where one is named. */
function isSame({ step, part, protocol }: Trying, { outcome, by }: Said[number], clear: Answers): boolean {
  const teams = Object.values(fieldsOf(protocol, step)).filter(({ type }) => type === 'team');
  return outcome === part && teams.every(({ id }) => by.answers[id] === clear[id]);
}

function saidAlready({ protocol, step }: Trying, missing: readonly RoleId[], first: Said[number] | undefined): Refusal {
  const names = missing.map((role) => own(protocol.council.roles, role)?.name ?? role);
  return refuse(
    'already-done',
    `This has been said already. Another ${names.join(' or ') || 'person'} still has to agree.`,
    { rules: step.rules, step: step.id, ...(first === undefined ? {} : { first: first.by }) },
  );
}
