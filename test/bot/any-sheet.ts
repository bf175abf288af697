/** A case of any pathway as cards are drawn from it, with its steps forced open or done: no play, no clock. */
import type { Person, Protocols } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { replay } from '../../src/domain/case/evolve.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import type { Answers, RecordedFact, StepView } from '../../src/domain/case/types.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';

export const NOW = parseInstant('2026-12-17T16:20:00Z');
export const PLANTED = 'Plant-Zephyrine';
export const person: Person = { id: 'somebody', name: 'Sam Green', mail: 'sam@example.invalid' };

export function sheetOf(protocols: Protocols, protocol: Protocol): CaseSheet {
  const calendar = protocols.calendar(protocol.council.id);
  const opened = replay('case', [
    {
      type: 'case-opened',
      recordedAt: NOW,
      by: 'another',
      commandKey: 'open',
      reference: `${protocol.council.referencePrefix}-7K3F`,
      council: protocol.council.id,
      pathway: protocol.id,
      version: protocol.version,
      children: ['c1', 'c2'],
      settings: {},
    },
  ]);
  const planted: Answers = Object.fromEntries(
    ['c1.name', 'c2.name', 'a1.agency', 'why', 'name'].map((key) => [key, PLANTED]),
  );
  return {
    protocol,
    pathways: Object.fromEntries(protocols.all().map((each) => [each.id, each])),
    case: opened,
    status: { ...statusOf(protocol, opened, calendar, NOW), agencies: ['a1', 'a2'] },
    calendar,
    now: NOW,
    holders: Object.fromEntries(Object.keys(protocol.council.roles).map((role) => [role, [person]])),
    people: { somebody: person },
    personal: Object.fromEntries(Object.keys(protocol.steps).map((step) => [step, planted])),
    unsent: [],
  };
}

export function forced(sheet: CaseSheet, id: string, state: 'open' | 'done', part?: string): CaseSheet {
  const step = sheet.protocol.steps[id];
  const fact: RecordedFact = {
    type: 'fact-recorded',
    seq: 2,
    recordedAt: NOW,
    by: 'somebody',
    commandKey: 'x',
    fact: part ? `${id}.${part}` : id,
    at: NOW,
    answers: {},
    personal: { why: PLANTED },
  };
  const view: StepView = {
    step: id,
    state,
    since: NOW,
    blockedBy: [],
    blockedOutcomes: {},
    ...(state === 'done' ? { doneBy: fact, ...(part ? { outcome: part } : {}) } : {}),
    ...(step?.each === undefined
      ? {}
      : { instances: (step.each === 'children' ? ['c1', 'c2'] : ['a1', 'a2']).map((of) => ({ of, state })) }),
  };
  const facts = state === 'done' ? [...sheet.case.facts, fact] : sheet.case.facts;
  return {
    ...sheet,
    case: { ...sheet.case, facts },
    status: { ...sheet.status, steps: { ...sheet.status.steps, [id]: view } },
  };
}
