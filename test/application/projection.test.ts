/**
 * Every example of every council, written to a store: what lists, reminders, agendas and registers are then read from agrees with how
 * the case stands.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import { openStore } from '../../src/adapters/store/open.ts';
import type { Directory, Store } from '../../src/application/ports.ts';
import { projectCase } from '../../src/application/projection.ts';
import { cycleOf } from '../../src/application/waiting.ts';
import { expectedOn } from '../../src/domain/case/expected.ts';
import { readCase } from '../../src/domain/case/reading.ts';
import type { CaseStatus } from '../../src/domain/case/types.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { parseDay } from '../../src/domain/time/instant.ts';
import { run } from '../protocols/run-example.ts';

const protocols = loadProtocols();
const LAST = parseDay('2099-12-31');

/** Two people for each role of a group or a team; named ones are who they are. */
const everybody: Directory = {
  person: async (id) => ({ id, name: id, mail: `${id}@x.example` }),
  holders: async (_, role, team) =>
    [1, 2].map((n) => ({ id: `${role}${n}${team ?? ''}`, name: role, mail: `${role}${n}@x.example` })),
  rolesOf: async () => [],
  channel: () => undefined,
  teamChannel: (_, team) => `team ${team}`,
  mailbox: () => undefined,
  rooms: () => [],
  tenantId: '',
};

let store: Store;
beforeAll(async () => {
  store = await openStore({ file: ':memory:', masterKey: randomBytes(32) });
});
afterAll(() => store.close());

const councils = [...new Set(protocols.all().map(({ council }) => council.id))];
const all = councils
  .flatMap((council) => readExamples(join(PROTOCOLS_FOLDER, council)).files)
  .flatMap(({ pathway, examples }) =>
    examples.map((example) => [`${pathway}: ${example.name}`, protocols.get(pathway), example] as const),
  );

test('there are examples', () => expect(all.length).toBeGreaterThan(200));

test.each(all)('%s', async (name, first, example) => {
  const calendar = protocols.calendar(first.council.id);
  const { case: of, protocol, status, now } = run(first, example, calendar, protocols.all());
  const id = name;
  const reference = `R-${id}`;
  const theCase = { ...of, id, reference };
  const rows = await projectCase(everybody, { protocol, case: theCase, status, calendar }, now);
  const opened = {
    type: 'case-opened' as const,
    recordedAt: now,
    by: 'x',
    commandKey: 'k',
    reference,
    council: of.council,
  };
  const { pathway, version, children, settings } = of;
  const events = [{ ...opened, pathway, version, children, settings }];
  expect(await store.append({ caseId: id, expectedSeq: 0, events, ...rows, outbox: [] })).toBe('appended');

  expect(await store.caseById(id)).toMatchObject({
    pathway: protocol.id,
    status: status.ended ? 'ended' : status.stopped ? 'stopped' : 'open',
  });
  expect(await remembered(theCase.council, id, protocol)).toEqual(
    Object.entries(status.lists)
      .map(([list, { state }]) => `${list} ${state}`)
      .sort(),
  );
  const chased = rows.deadlines.map(({ step }) => step);
  // What was expected on a day and is waited for is asked, as long as anybody is chased at all.
  const asked = owesNothing(status) ? [] : expectedOn(readCase(protocol, theCase)).map(({ fact }) => fact);
  expect(new Set(chased)).toEqual(new Set([...owed(protocol, status), ...asked]));
  for (const { owners } of rows.deadlines) expect(owners.length).toBeGreaterThan(0);

  const waiting = [
    ...new Set(
      (await waitingRows(theCase.council, protocol)).filter(({ caseId }) => caseId === id).map(({ step }) => step),
    ),
  ];
  const undated = rows.waiting.filter(({ session }) => session === null).map(({ step }) => step);
  expect([...waiting, ...undated].sort()).toEqual(waits(protocol, status).sort());
});

async function remembered(council: string, id: string, protocol: Protocol): Promise<readonly string[]> {
  const found = await Promise.all(Object.keys(protocol.council.lists).map((list) => store.register(council, list)));
  return found
    .flat()
    .filter(({ caseId }) => caseId === id)
    .map(({ list, state }) => `${list} ${state}`)
    .sort();
}

async function waitingRows(council: string, protocol: Protocol) {
  return (
    await Promise.all(Object.keys(protocol.council.cycles).map((cycle) => store.waitingUntil(council, cycle, LAST)))
  ).flat();
}

function owesNothing({ ended, stopped, paused }: CaseStatus): boolean {
  return Boolean(ended ?? stopped ?? paused);
}

/** What has a date that counts, and nobody has said to leave. */
function owed(protocol: Protocol, status: CaseStatus): readonly string[] {
  if (owesNothing(status)) return [];
  return status.deadlines
    .filter(
      ({ effective, step }) => effective && status.steps[step]?.state === 'open' && !protocol.steps[step]?.optional,
    )
    .map(({ step }) => step);
}

/** What waits for a forum, and is held back by no gate: without its consent a family is on no list. */
function waits(protocol: Protocol, status: CaseStatus): string[] {
  if (status.ended || status.stopped) return [];
  return Object.values(protocol.steps)
    .filter((step) => cycleOf(protocol, step) !== undefined && !step.optional)
    .filter(({ id }) => status.steps[id]?.state === 'open' && status.steps[id]?.blockedBy.length === 0)
    .map(({ id }) => id);
}
