/** The watched mailbox, through Graph: when it is read, what becomes of each mail, who is told, and what happens when it cannot be read. */
import { mailboxesState } from '../../../src/application/mail/mailbox-state.ts';
import { plain } from '../drawing.ts';
import { fact, nameTeam, press, refer } from '../story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from '../world.ts';

const BOX = STEP_DOWN.toLowerCase();
const DELTA = 'GET delta';
const NAME = 'Quillfeather';

let at: TestWorld;
afterEach(() => at.close());

/** As somebody outside writes. */
async function write(
  subject: string,
  { from = 'head@larkspur.example', text = 'Please call me.', folder = 'inbox', to = STEP_DOWN } = {},
): Promise<void> {
  const root = at.sandbox.context.urls.graph.replace(/\/graph$/, '');
  const answer = await fetch(`${root}/sandbox/mail?folder=${folder}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ from: { name: 'Somebody', address: from }, to: [to], subject, text }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const asked = async () =>
  (await at.calls())
    .filter(({ path }) => /mailFolders|\$value|\/messages/i.test(path))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const counted = () => at.store.mails.count('camden', [BOX], null, at.now());
const facts = async (id: string, name: string) =>
  ((await at.stepwise.sheet(id))?.case.facts ?? []).filter((each) => each.fact === name);
const ofCase = async (id: string) =>
  (await at.store.mails.ofCase(id)).map(({ state, matchedBy, confidence }) => ({ state, matchedBy, confidence }));

describe('told by Graph', () => {
  beforeEach(async () => {
    at = await openWorld({ watching: 'told' });
    await at.settle();
  });

  test('a mail from outside waits for a person: a card in the channel, without its sender or subject', async () => {
    await write(`Help for ${NAME}`);
    await at.told();
    expect(at.posts()).toEqual(['Thu 17 Dec 2026, 16:20 #front-door mail']);
    expect(at.stands('#front-door', 'mail')).toMatchObject({ state: 'waiting', reference: null, urgent: false });
    expect(JSON.stringify(at.chat.sent)).not.toContain(NAME);
    const [entry] = await at.store.mails.waiting('camden');
    expect((await at.store.mails.content(entry?.id ?? ''))?.subject).toBe(`Help for ${NAME}`);
  });

  test('words of danger are looked for at any hour; what a reply quotes of ours is not meant', async () => {
    await at.moveTo('2026-12-17', '23:10');
    await write('A bruise', { text: 'The child has been hit.' });
    await write('Thank you', {
      text: 'Thanks.\n\n> If a child is in danger now, ring 999. If a child may be at risk of significant\n> harm, ring the Multi-Agency Safeguarding Hub (MASH): 020 7946 0101.',
    });
    await at.told();
    expect(at.posts()).toEqual(['Thu 17 Dec 2026, 23:10 #front-door mail']);
    expect(at.stands('#front-door', 'mail')?.urgent).toBe(true);
    await at.moveTo('2026-12-18', '08:30');
    expect(at.posts().filter((line) => line.endsWith('front-door mail'))).toHaveLength(2);
  });

  test('the copy of our own mail is known without being fetched, and starts the clock at its arrival', async () => {
    const { case: theCase } = await refer(at);
    expect(await asked()).not.toContain('GET $value');
    expect(await ofCase(theCase.id)).toEqual([{ state: 'joined', matchedBy: 'sent-copy', confidence: 'certain' }]);
    const [received] = await facts(theCase.id, 'request.received');
    const [mail] = await at.folder(STEP_DOWN, 'inbox');
    expect(Date.parse(received?.at ?? '')).toBe(Date.parse(mail?.receivedDateTime as string));
    expect(at.stands('Dawn', 'mail-news joined')).toBeUndefined();
  });

  test('a reference in a subject joins a mail to the case and tells who owes the next step; it never says that ours has arrived', async () => {
    await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, times: 50, status: 503 });
    const { case: theCase } = await refer(at);
    await write(`RE: ${theCase.reference.toLowerCase()} Step down referral`);
    await at.told();
    expect(await ofCase(theCase.id)).toEqual([{ state: 'joined', matchedBy: 'reference', confidence: 'certain' }]);
    expect(await facts(theCase.id, 'request.received')).toEqual([]);
    expect(await facts(theCase.id, 'mail.joined')).toHaveLength(1);
    expect(at.posts().filter((line) => line.includes('mail'))).toEqual([
      'Thu 17 Dec 2026, 16:20 Priya mail-news joined',
    ]);
  });

  test('our mail arrives while the answer to its sending is lost: the clock starts at its arrival all the same', async () => {
    await at.fault({ match: { method: 'POST', path: '/users/*/messages/*/send' }, times: 1, status: 503, after: true });
    const { case: theCase } = await refer(at);
    await at.told();
    expect(await facts(theCase.id, 'request.received')).toEqual([]);
    const [mail] = await at.folder(STEP_DOWN, 'inbox');
    await at.moveTo('2026-12-17', '16:30');
    const [received, ...more] = await facts(theCase.id, 'request.received');
    expect(Date.parse(received?.at ?? '')).toBe(Date.parse(mail?.receivedDateTime as string));
    expect(more).toEqual([]);
    expect(await ofCase(theCase.id)).toEqual([{ state: 'joined', matchedBy: 'sent-copy', confidence: 'certain' }]);
    expect(await at.folder(STEP_DOWN, 'inbox')).toHaveLength(1);
  });

  test('a mail that names two cases, or one that has ended, is only proposed', async () => {
    const one = await refer(at);
    const other = await refer(at);
    await write(`${one.case.reference} and ${other.case.reference}`);
    await press(at, 'Priya', other.case.id, fact('case.ended', { how: 'withdrawn', why: 'Moved away.' }));
    await write(`${other.case.reference} again`);
    await at.told();
    const waiting = await at.store.mails.waiting('camden');
    const proposed = waiting.map(({ caseId, confidence }) => `${caseId} ${confidence}`);
    expect(proposed.sort()).toEqual([`${one.case.id} possible`, `${other.case.id} possible`].sort());
    expect(await facts(one.case.id, 'mail.joined')).toEqual([]);
  });

  test("a child's number proposes the case, and the reply to a mail of ours finds it", async () => {
    const { case: theCase } = await refer(at);
    await nameTeam(at, theCase.id);
    await write('Your question', { text: 'MOSAIC 4417720 as promised' });
    await at.told();
    expect((await at.store.mails.waiting('camden')).map(({ caseId, matchedBy }) => [caseId, matchedBy])).toEqual([
      [theCase.id, 'child-id'],
    ]);
  });

  test('somebody who answers by a machine that they are away is raised on the case, with whoever wrote to them; no answer goes back', async () => {
    const { case: theCase } = await refer(at);
    await at.away('Amara Okafor', at.now(), null);
    await nameTeam(at, theCase.id);
    await at.told();
    expect((await facts(theCase.id, 'mail.away')).map(({ answers }) => answers.step)).toEqual([expect.any(String)]);
    const places = at.posts().filter((line) => line.endsWith('mail-news away'));
    expect(places).toContain('Thu 17 Dec 2026, 16:20 Dawn mail-news away');
    expect((await counted()).joined).toBe(2);
  });

  test('a mail of ours that cannot be delivered is raised on the case, with whoever sent it', async () => {
    const { case: theCase } = await refer(at);
    const { directory } = at.world;
    const elsewhere = async (id: string) => {
      const person = await directory.person(id);
      return person && { ...person, mail: person.mail.replace('camden.example', 'nowhere.invalid') };
    };
    at.replace({ directory: { ...directory, person: elsewhere } });
    await nameTeam(at, theCase.id);
    await at.told();
    expect((await facts(theCase.id, 'mail.returned')).map(({ answers }) => answers.step)).toEqual([expect.any(String)]);
    expect(at.posts()).toContain('Thu 17 Dec 2026, 16:20 Dawn mail-news returned');
    expect((await counted()).setAside).toEqual([]);
  });

  test('a mail that somebody deletes before it is read is looked for three times, and accounted for', async () => {
    const { mail } = at.world;
    if (!mail) throw new Error('No mailbox is watched.');
    at.replace({ mail: { ...mail, feed: { ...mail.feed, mime: async () => 'gone' } } });
    await write('Deleted');
    await at.told();
    expect(await counted()).toMatchObject({ in: 1, unread: 1 });
    await at.moveTo('2026-12-17', '16:25');
    expect(await counted()).toMatchObject({ in: 1, unread: 0, setAside: [{ why: 'gone', by: 'program', count: 1 }] });
  });

  test('a mail that says it is from our own mailbox is for a person, and is answered by nobody', async () => {
    await write('A new family', { from: STEP_DOWN });
    await at.told();
    expect(await counted()).toMatchObject({ waiting: 1, setAside: [] });
    expect(await at.folder(STEP_DOWN, 'sentitems')).toEqual([]);
  });

  test('an idle mailbox is read every quarter of an hour in office time, and not at night', async () => {
    // The first comparison of the day is behind us, and with it a look.
    await at.moveTo('2026-12-17', '16:21');
    await asked();
    for (let round = 0; round < 3; round += 1) await at.settle();
    expect(await asked()).toEqual([]);
    await at.moveTo('2026-12-17', '16:34');
    expect(await asked()).toEqual([]);
    await at.moveTo('2026-12-17', '16:36');
    expect(await asked()).toEqual([DELTA]);
    await at.moveTo('2026-12-18', '08:29');
    expect(await asked()).toEqual([]);
    await at.moveTo('2026-12-18', '08:30');
    expect((await asked()).filter((call) => call === DELTA)).toEqual([DELTA]);
  });

  test('a cursor that has been lost costs a whole reading, and doubles nothing', async () => {
    await write('One');
    await at.told();
    await at.fault({ match: { path: '/users/*/mailFolders/inbox/messages/delta' }, times: 1, status: 410 });
    await write('Two');
    await at.told();
    expect(await counted()).toMatchObject({ in: 2, waiting: 2 });
    expect(at.posts()).toHaveLength(2);
  });

  test('what a rule has moved before it was seen is found the next working morning, read, and counted in the line', async () => {
    await at.moveTo('2026-12-17', '16:25');
    await write('Moved by a rule', { folder: 'archive' });
    await at.told();
    expect((await counted()).in).toBe(0);
    await at.moveTo('2026-12-18', '08:35');
    expect(await counted()).toMatchObject({ in: 1, waiting: 1, unread: 0 });
    expect(at.stands('#front-door', 'mail-line')).toMatchObject({
      mails: { in: 1, waiting: 1, joined: 0, opened: 0, unread: 0 },
      waiting: 1,
      unaccounted: 0,
      notCompared: [],
    });
    expect(at.logged.join()).toContain('"mails-missed"');
  });

  test('a mail that the book cannot account for stands in the line, and the administrator has it too', async () => {
    await at.moveTo('2026-12-17', '16:25');
    const { mails } = at.store;
    const takeIn: typeof mails.takeIn = (page) => mails.takeIn({ ...page, mails: [] });
    at.replace({ store: { ...at.store, mails: { ...mails, takeIn } } });
    await write('Not taken in', { folder: 'archive' });
    await at.moveTo('2026-12-18', '08:35');
    expect(at.posts()).toEqual([
      'Fri 18 Dec 2026, 08:30 #front-door mail-line',
      'Fri 18 Dec 2026, 08:30 Priya mail-line',
    ]);
    expect(at.stands('#front-door', 'mail-line')).toMatchObject({ mails: { in: 0 }, unaccounted: 1 });
    expect(at.logged.join()).toContain('"mails-unaccounted"');
  });

  test('a mailbox that cannot be read is tried again; after half an hour it is said, at any hour, and once more when it is over', async () => {
    await at.moveTo('2026-12-17', '22:00');
    await write(`About ${NAME}`);
    await at.fault({ match: { path: '/users/*/mailFolders/inbox/messages/delta' }, times: 6, status: 503 });
    await at.told();
    await at.moveTo('2026-12-17', '22:29');
    expect(at.posts()).toEqual([]);
    await at.moveTo('2026-12-17', '22:30');
    expect(at.posts()).toEqual([
      'Thu 17 Dec 2026, 22:30 #front-door mailbox-alarm',
      'Thu 17 Dec 2026, 22:30 Priya mailbox-alarm',
    ]);
    expect((await mailboxesState(at.world)).faults).toEqual([
      expect.stringMatching(/^The mailbox "Early Help step-down mailbox" of Camden has not been read since Thu 17 Dec/),
    ]);
    at.chat.clear();
    await at.moveTo('2026-12-18', '00:30');
    expect(at.posts()).toEqual([
      expect.stringMatching(/#front-door mailbox-alarm over$/),
      expect.stringMatching(/Priya mailbox-alarm over$/),
    ]);
    const edits = at.chat.sent.filter(({ kind }) => kind === 'edit');
    expect(edits.map(({ card }) => plain(card).about)).toEqual(['mailbox-alarm over', 'mailbox-alarm over']);
    expect((await mailboxesState(at.world)).faults).toEqual([]);
    expect((await counted()).waiting).toBe(1);
    expect(at.logged.join()).not.toContain(NAME);
  });

  test('a day with nothing in and nothing waiting has no line; a mail that goes on waiting has one each day', async () => {
    await at.moveTo('2026-12-18', '12:00');
    expect(at.posts()).toEqual([]);
    await write('Two days');
    await at.told();
    at.chat.clear();
    await at.moveTo('2026-12-22', '12:00');
    expect(at.posts().filter((line) => line.endsWith('mail-line'))).toEqual([
      'Mon 21 Dec 2026, 08:30 #front-door mail-line',
      'Tue 22 Dec 2026, 08:30 #front-door mail-line',
    ]);
    expect(at.stands('#front-door', 'mail-line')).toMatchObject({
      since: 'Mon 21 Dec 2026, 08:30',
      mails: { in: 0 },
      waiting: 1,
      oldest: 'Fri 18 Dec 2026, 12:00',
    });
  });

  test('a full mailbox is read once to its end, and nothing of what was there before is counted or asked about', async () => {
    await at.close();
    at = await openWorld({ watching: 'told' });
    const url = `${at.sandbox.context.urls.graph.replace(/\/graph$/, '')}/sandbox/fill-mailbox`;
    const body = { mailbox: STEP_DOWN, count: 11_000, receivedBefore: '2026-12-16T16:00:00Z' };
    const headers = { 'Content-Type': 'application/json' };
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await write('New');
    await at.settle();
    expect(await counted()).toMatchObject({ in: 1, waiting: 1 });
    expect((await asked()).filter((call) => call === DELTA).length).toBeLessThan(100);
    await at.settle();
    expect(await asked()).toEqual([]);
  });
});

test('after a weekend without the program, with its subscription removed, every mail is there once and one line covers the gap', async () => {
  at = await openWorld({ watching: 'told', onDisk: true });
  await write('Before');
  await at.settle();
  const [subscription] = await at.store.subscriptions();
  at.replace({ mail: undefined, watching: undefined } as never);
  await at.outlook('DELETE', `/subscriptions/${subscription?.id}`);
  await at.moveTo('2026-12-19', '11:00');
  await write('On Saturday');
  await write('On Saturday, moved', { folder: 'archive' });
  await at.moveTo('2026-12-21', '10:00');
  await at.restart();
  await at.told();
  await at.moveTo('2026-12-21', '10:05');
  expect(await counted()).toMatchObject({ in: 3, waiting: 3, unread: 0 });
  expect(at.stands('#front-door', 'mail-line')).toMatchObject({ mails: { in: 3, waiting: 3 }, unaccounted: 0 });
});

test('without a public address the mailbox is read at each poll', async () => {
  at = await openWorld();
  await at.settle();
  await write('Now');
  await at.settle();
  expect((await counted()).waiting).toBe(1);
});
