/**
 * What is to be carried out after a change: what the engine asks for, thinned to what a person wants to be told, and the cards that
 * stand already, which are all drawn again.
 */
import { effects } from '../domain/case/effects.ts';
import { statusOf } from '../domain/case/status.ts';
import type { Case, CaseStatus, Effect } from '../domain/case/types.ts';
import type { Protocol } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { addDays } from '../domain/time/day-number.ts';
import { type Instant, instantAt } from '../domain/time/instant.ts';
import type { OutboxEffect, OutboxItem } from './ports.ts';

export interface Change {
  readonly protocol: Protocol;
  /** That it was under before. */
  readonly was: Protocol;
  readonly calendar: Calendar;
  readonly before: Case | undefined;
  readonly after: Case;
  readonly status: CaseStatus;
  readonly now: Instant;
}

export function followUps(change: Change): readonly OutboxItem[] {
  const { protocol, was, calendar, before, after, status, now } = change;
  const { id, seq, council } = after;
  const wanted: readonly OutboxEffect[] = [
    ...thinned(effects(protocol, before, after, calendar, now, was), status, protocol),
    { kind: 'redraw', key: `${id}/redraw/${seq}`, ...finalBefore(change) },
    { kind: 'digest-again', key: `${id}/digest/${seq}`, council },
    ...(Object.keys(protocol.council.cycles).length > 0
      ? [{ kind: 'agenda-again' as const, key: `${id}/agenda/${seq}`, council }]
      : []),
  ];
  const asked = wanted.map((effect) => ({
    key: effect.key,
    caseId: id,
    effect,
    notBefore: ('notBefore' in effect ? effect.notBefore : undefined) ?? now,
  }));
  return [...asked, ...endsOfCover(id, status), ...endOfPause(id, status)];
}

/** A card of a step that is done says what was next then, and is left alone: unless the case stops, goes on or ends, or a mail has gone. */
function finalBefore({ was, calendar, before, after, status, now }: Change): { readonly since?: number } {
  if (!before) return {};
  const { stopped, ended } = statusOf(was, before, calendar, now);
  const turns = Boolean(stopped) !== Boolean(status.stopped) || Boolean(ended) !== Boolean(status.ended);
  const sent = after.facts.some(({ seq, fact }) => seq > before.seq && fact.endsWith('.sent'));
  return turns || sent ? {} : { since: before.seq };
}

/**
 * Edits are left to the redrawing. Of several steps that open for the same people at once the first has a card: it leads to the
 * others. What is optional is offered on the cards that there are. Whoever is new on the case gets the case, and not also what made
 * them part of it.
 */
function thinned(all: readonly Effect[], { steps }: CaseStatus, protocol: Protocol): readonly Effect[] {
  const wanted = all.filter((effect) => effect.kind !== 'card' || effect.edit !== true);
  const toldTheCase = new Set(
    wanted.flatMap((effect) => (isCard(effect) && effect.step === 'case' ? [audienceOf(effect)] : [])),
  );
  const asked = new Set<string>();
  const told = lastTold(wanted, steps);
  return wanted.filter((effect) => {
    if (!isCard(effect) || effect.step === 'case' || 'channel' in effect.audience) return true;
    const audience = audienceOf(effect);
    if (!isAsked(effect, steps)) return told.get(audience) === effect && !toldTheCase.has(audience);
    if (asked.has(audience) || protocol.steps[effect.step]?.optional) return false;
    asked.add(audience);
    return true;
  });
}

type Card = Extract<Effect, { kind: 'card' }>;

/** One press may do several steps of which the same person is told: the last of them says it all ("accepted", then the worker's name). */
function lastTold(all: readonly Effect[], steps: CaseStatus['steps']): ReadonlyMap<string, Effect> {
  return new Map(
    all.flatMap((effect) =>
      isCard(effect) && effect.step !== 'case' && !isAsked(effect, steps)
        ? [[audienceOf(effect), effect] as const]
        : [],
    ),
  );
}

/** A card that wants something of its reader; any other tells what became of a step, maybe of a pathway that the case has left. */
function isAsked({ step, asOf }: Card, steps: CaseStatus['steps']): boolean {
  return asOf === undefined && steps[step]?.state === 'open';
}

function isCard(effect: Effect): effect is Card {
  return effect.kind === 'card';
}

function audienceOf({ audience }: Card): string {
  return JSON.stringify(audience);
}

/** The day after the last day of a cover the steps are the owner's again: in the lists, and on the cards. */
function endsOfCover(caseId: string, { cover }: CaseStatus): readonly OutboxItem[] {
  return cover.map(({ person, until }) => {
    const key = `${caseId}/cover-ends/${person}/${until}`;
    return { key, caseId, effect: { kind: 'cover-ends', key }, notBefore: instantAt(addDays(until, 1), '00:00') };
  });
}

/** From the first minute of the day on the case is no longer paused: the lists are worked out again before the morning's digest. */
function endOfPause(caseId: string, { paused }: CaseStatus): readonly OutboxItem[] {
  if (!paused) return [];
  const { until, at } = paused;
  const key = `${caseId}/resumes/${until}/${at}`;
  return [{ key, caseId, effect: { kind: 'resumes', key, until }, notBefore: instantAt(until, '00:00') }];
}
