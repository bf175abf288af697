/** The examples that stand beside each pathway, and that nothing in a pathway is without one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ExampleFile, readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import type { Protocol, Step } from '../../src/domain/protocol/types.ts';
import { expectExample } from './expect-example.ts';
import { type Ran, run } from './run-example.ts';

const protocols = loadProtocols();
const councils = [...new Set(protocols.all().map(({ council }) => council.id))];
const read = councils.map((council) => readExamples(join(PROTOCOLS_FOLDER, council)));
const files = read.flatMap((each) => each.files);

test('the example files can be read', () => {
  expect(read.flatMap((each) => each.faults)).toEqual([]);
  const expected = councils.flatMap((council) =>
    readdirSync(join(PROTOCOLS_FOLDER, council)).filter((name) => name.endsWith('.examples.yaml')),
  );
  expect(files).toHaveLength(expected.length);
});

describe.each(files.map((file) => [file.pathway, file] as const))('%s', (id, { examples }) => {
  const protocol = protocols.get(id);
  const calendar = protocols.calendar(protocol.council.id);

  test.each(examples.map((example) => [example.name, example] as const))('%s', (_, example) => {
    expectExample(protocol, example, calendar, protocols.all());
  });
});

describe.each(protocols.all().map((protocol) => [protocol.id, protocol] as const))(
  '%s has an example',
  (id, protocol) => {
    const mine = files.filter((file) => file.pathway === id);
    const seen = whatExamplesShow(mine, protocol);

    test('of each step, open or done', () => {
      expect(Object.keys(protocol.steps).filter((step) => !seen.steps.has(step))).toEqual([]);
    });

    test('of each way in which a step can end', () => {
      const outcomes = Object.values(protocol.steps).flatMap((step) =>
        'outcomes' in step ? Object.keys(step.outcomes).map((outcome) => `${step.id}.${outcome}`) : [],
      );
      expect(outcomes.filter((outcome) => !seen.facts.has(outcome))).toEqual([]);
    });

    test('of each gate, refusing', () => {
      const gates = Object.values(protocol.steps).flatMap((step) => [
        ...step.gates,
        ...('outcomes' in step ? Object.values(step.outcomes).flatMap((outcome) => outcome.gates) : []),
      ]);
      expect(gates.map(({ says }) => says).filter((says) => !seen.refusals.has(says))).toEqual([]);
    });

    test('that is a whole journey, to each of its ends', () => {
      const journeys = mine.flatMap((file) => file.examples).filter(({ journey }) => journey);
      const facts = new Set(journeys.flatMap((example) => example.facts.map(({ name }) => name)));
      const begun = new Set([...facts].map((name) => name.split('.')[0]));
      const missing = endsOf(protocol).filter((end) => !(end.includes('.') ? facts.has(end) : begun.has(end)));
      expect(missing).toEqual([]);
      // The test that replays them in chat looks for how they end.
      expect(journeys.filter(({ ended, moved }) => !ended && !moved).map(({ name }) => name)).toEqual([]);
    });

    test('of each deadline that has a date', () => {
      const dated = Object.values(protocol.steps).filter((step) => step.due.some((due) => due.form !== 'at-once'));
      expect(dated.map((step) => step.id).filter((step) => !seen.dues.has(step))).toEqual([]);
    });

    test('of each reading of an ambiguous sentence', () => {
      const dues = [...Object.values(protocol.clocks), ...Object.values(protocol.steps).flatMap((step) => step.due)];
      const readings = dues
        .flatMap((due) => due.instead.map(({ when }) => when))
        .filter((when) => when.startsWith('setting.'));
      expect(readings.filter((when) => !seen.settings.has(when))).toEqual([]);
    });
  },
);

/** Where the case ends, or goes on under another pathway: `step`, `step.outcome` or `step.moment`. */
function endsOf(protocol: Protocol): readonly string[] {
  const isEnd = ({ ends, movesTo }: Pick<Step, 'ends' | 'movesTo'>) => ends !== undefined || movesTo !== undefined;
  return Object.values(protocol.steps).flatMap((step) => {
    const parts = { ...('outcomes' in step ? step.outcomes : {}), ...step.moments };
    const ways = Object.entries(parts).flatMap(([id, part]) => (isEnd(part) ? [`${step.id}.${id}`] : []));
    return isEnd(step) ? [step.id, ...ways] : ways;
  });
}

function whatExamplesShow(mine: readonly ExampleFile[], protocol: Protocol) {
  const examples = mine.flatMap((file) => file.examples);
  const calendar = protocols.calendar(protocol.council.id);
  const ran: readonly Ran[] = examples.map((example) => run(protocol, example, calendar, protocols.all()));
  return {
    // `open` says which steps are open, all of them; a step that was only passed through is done.
    steps: new Set(
      examples.flatMap((example, index) => [...(example.open ?? []), ...(example.done ?? []), ...doneIn(ran[index])]),
    ),
    facts: new Set(examples.flatMap((example) => example.facts.map(({ name }) => name))),
    refusals: new Set(examples.flatMap((example) => Object.values(example.refused ?? {}))),
    dues: new Set(examples.flatMap((example) => Object.keys(example.due ?? {}))),
    settings: new Set(
      examples.flatMap((example) =>
        Object.entries(example.settings).map(([name, option]) => `setting.${name}.${option}`),
      ),
    ),
  };
}

function doneIn(ran: Ran | undefined): readonly string[] {
  return Object.values((ran?.left ?? ran?.status)?.steps ?? {}).flatMap((view) =>
    view.state === 'done' ? [view.step] : [],
  );
}
