/** A mailbox whose address the council has not filled in: nothing is tried, it is said, and it goes when it is filled in. */
import { workOutAgain } from '../../src/application/rewrite-rows.ts';
import { fact, press, refer } from './story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const WORDS = 'The council has not filled in the address of Early Help step-down mailbox.';

/** As a council's file has it before the council has filled it in. */
function withoutAddress(): () => void {
  const { protocols, directory } = at.world;
  const without = (protocol: ReturnType<typeof protocols.get>) => {
    const { address: _, ...mailbox } = protocol.council.mailboxes['step-down'] ?? { name: '', rules: [] };
    return { ...protocol, council: { ...protocol.council, mailboxes: { 'step-down': mailbox } } };
  };
  at.replace({
    directory: { ...directory, mailbox: () => undefined },
    protocols: {
      all: () => protocols.all().map(without),
      get: (id, version) => without(protocols.get(id, version)),
      calendar: (council) => protocols.calendar(council),
    },
  });
  return () => at.replace({ directory, protocols });
}

test('nothing is tried; whoever sent it is told once in words, and nothing is counted as failed', async () => {
  withoutAddress();
  const { case: of } = await refer(at);
  const sheet = await at.stepwise.sheet(of.id);
  expect(sheet?.unsent).toMatchObject([{ kind: 'mail', step: 'request', why: WORDS }]);
  await at.moveTo('2026-12-22', '12:00');
  expect((await at.calls()).filter(({ path }) => path.includes('/messages') || path.includes('sendMail'))).toEqual([]);
  expect(await at.store.outboxCounts()).toMatchObject({ retrying: 0, givenUp: 0 });
  expect(at.chat.posts().filter(({ bell }) => bell.endsWith('not sent yet'))).toHaveLength(1);
  expect(at.stands('Amara', 'case')).toMatchObject({ sent: false, unsent: 1 });
});

test('once it is filled in, it goes at the next start, and by itself on the next morning', async () => {
  const fillIn = withoutAddress();
  const { case: of } = await refer(at);
  fillIn();
  await workOutAgain(at.world);
  await at.settle();
  expect(await at.folder(STEP_DOWN, 'inbox')).toHaveLength(1);
  expect((await at.stepwise.sheet(of.id))?.unsent).toEqual([]);
  const again = withoutAddress();
  await refer(at);
  again();
  await at.moveTo('2026-12-18', '08:31');
  expect(await at.folder(STEP_DOWN, 'inbox')).toHaveLength(2);
});

test('a case that ends meanwhile sends nothing any more', async () => {
  const fillIn = withoutAddress();
  const { case: of } = await refer(at);
  await press(at, 'Priya', of.id, fact('case.ended', {}, { why: 'Moved.' }));
  fillIn();
  await at.moveTo('2026-12-22', '12:00');
  expect(await at.folder(STEP_DOWN, 'inbox')).toEqual([]);
});
