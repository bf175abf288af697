/** A due may count from a day that somebody named, and not only from when something happened. */
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { replay } from '../../../src/domain/case/evolve.ts';
import type { CaseEvent } from '../../../src/domain/case/types.ts';
import { deadlines } from '../../../src/domain/due.ts';
import { parseDay, parseInstant } from '../../../src/domain/time/instant.ts';

const protocols = loadProtocols();
const protocol = protocols.get('camden/after-step-down');
const calendar = protocols.calendar('camden');
const now = parseInstant('2026-12-24T12:00:00Z');

const base = { recordedAt: parseInstant('2026-12-24T11:00:00Z'), by: 'grace' };
const fact = (name: string, answers: Record<string, string | string[]> = {}): CaseEvent => ({
  ...base,
  type: 'fact-recorded',
  commandKey: name,
  fact: name,
  at: base.recordedAt,
  answers,
});

function triedOn(...facts: readonly CaseEvent[]) {
  const opened: CaseEvent = {
    ...base,
    type: 'case-opened',
    commandKey: 'open',
    reference: 'XXX-2345',
    council: 'camden',
    pathway: protocol.id,
    version: protocol.version,
    children: ['c1'],
    settings: {},
  };
  const theCase = replay('case', [opened, fact('what-happened', { what: ['not-engaging'] }), ...facts]);
  return deadlines(protocol, theCase, calendar, now).filter(({ step }) => step === 'tried-on');
}

test('a manager who lets a worker go on trying until a day has that day on the card, on a Saturday the Friday to act by', () => {
  const [due, ...more] = triedOn(fact('choice.below'), fact('below-threshold.try-on', { until: '2027-01-09' }));
  expect(more).toEqual([]);
  expect(due).toMatchObject({ due: parseDay('2027-01-09'), actBy: parseDay('2027-01-08'), kind: 'house' });
  expect(due?.because[0]?.text).toBe('Sat 9 Jan 2027, the day until which you go on trying.');
});

test('without a day nothing is due', () => {
  expect(triedOn(fact('choice.below'))).toEqual([]);
});
