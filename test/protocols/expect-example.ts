/** What an example of a pathway claims, held against the engine. */
import type { Example } from '../../src/adapters/protocol-files/examples.ts';
import { faultOfReference } from '../../src/adapters/protocol-files/names.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import type { Calendar } from '../../src/domain/time/calendar.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';
import { run } from './run-example.ts';

/** @param pathways all that there are: where the data says that a case moves, the example moves */
export function expectExample(
  protocol: Protocol,
  example: Example,
  calendar: Calendar,
  pathways: readonly Protocol[],
): void {
  const ran = run(protocol, example, calendar, pathways);
  for (const { name } of example.facts) {
    if (name.startsWith('case.')) continue;
    // After a move the facts are those of the pathway on which it went on.
    const fault = faultOfReference(name, protocol) && faultOfReference(name, ran.protocol);
    expect([name, fault]).toEqual([name, undefined]);
  }
  const { status } = ran;
  const inState = (...states: readonly string[]) =>
    Object.values(status.steps).flatMap((view) => (states.includes(view.state) ? [view.step] : []));

  if (example.open) expect(inState('open').sort()).toEqual([...example.open].sort());
  if (example.done) expect(inState('done')).toEqual(expect.arrayContaining([...example.done]));
  if (example.later) expect(inState('waiting')).toEqual(expect.arrayContaining([...example.later]));
  if (example.holder) expect(status.holder).toBe(example.holder);
  if (example.team) expect(status.team).toBe(example.team);
  expect(status.ended?.how).toBe(example.ended);
  expect(ran.protocol.id).toBe(example.moved ?? protocol.id);
  for (const [step, due] of Object.entries(example.due ?? {})) {
    const deadline = status.deadlines.find((each) => each.step === step && each.effective);
    if (due === 'none') {
      // A standing forum whose day the council has not set: no date, and whoever asks is told why.
      expect([step, deadline, typeof status.steps[step]?.noDate]).toEqual([step, undefined, 'string']);
      continue;
    }
    const found = due.length === 10 ? deadline?.due : deadline?.dueAt;
    expect([step, found]).toEqual([step, due.length === 10 ? due : parseInstant(due)]);
    expect(deadline?.because.length).toBeGreaterThan(0);
  }
  for (const [step, day] of Object.entries(example.target ?? {})) {
    const listed = status.deadlines.filter((each) => each.step === step && ['target', 'house'].includes(each.kind));
    expect([step, listed.map(({ due, effective }) => [due, effective])]).toEqual([step, [[day, false]]]);
  }
  for (const step of example.provisional ?? []) {
    expect([step, status.deadlines.find((each) => each.step === step)?.provisional]).toEqual([step, true]);
  }
  for (const [step, rung] of Object.entries(example.rung ?? {})) {
    const ladder = ran.protocol.steps[step];
    expect(ladder?.kind === 'resolve' && ladder.rungs[status.steps[step]?.rung ?? -1]?.title).toBe(rung);
  }
  for (const [what, words] of Object.entries(example.refused ?? {})) {
    const no = ran.attempt(what);
    // "Not yet: the consultation comes first (CAM-A-16).": the gate's words inside the engine's sentence.
    expect('refused' in no && no.words.toLowerCase()).toContain(words.toLowerCase().replace(/\.$/, ''));
    expect('refused' in no && no.code).not.toBe('faults');
  }
  for (const what of example.allowed ?? []) {
    const yes = ran.attempt(what);
    expect('refused' in yes ? `${what}: ${yes.code}: ${yes.words} ${JSON.stringify(yes.faults ?? {})}` : what).toBe(
      what,
    );
  }
  for (const what of example.reason ?? []) {
    const no = ran.attempt(what);
    // Past a limit, or for somebody who is away: with a written reason, and with nothing else.
    expect([what, 'refused' in no && no.faults && Object.keys(no.faults)]).toEqual([what, ['reason']]);
  }
}
