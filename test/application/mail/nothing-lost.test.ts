/** Mails that somebody may hide a child in, by chance or on purpose: each ends where a person who would act sees it. */
import { type MailboxFeed, PlatformFault } from '../../../src/application/ports.ts';
import type { Answers } from '../../../src/domain/case/types.ts';
import { fact, key, OFFERED, ok, PATHWAY, press, refer } from '../story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from '../world.ts';

const BOX = STEP_DOWN.toLowerCase();
/** Any other mailbox there is: the renamed one has its address. */
const RENAMED = 'jo.marsh@camden.example';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld({ watching: 'told' });
  await at.settle();
});
afterEach(() => at.close());

const NAME = 'Quillfeather';
const REFERRAL = ['Please help this family.', '', 'Name: Robin Ashdown', 'Date of birth: 27/3/2015'].join('\n');

/** As it comes over the wire, with whatever header its sender likes. */
async function comes(headers: Readonly<Record<string, string>>, text: string, to = STEP_DOWN): Promise<void> {
  const all = { From: 'portal@health.example', To: to, Subject: 'For you', 'Content-Type': 'text/plain', ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const root = at.sandbox.context.urls.graph.replace(/\/graph$/, '');
  const answer = await fetch(`${root}/sandbox/mail?to=${to}`, {
    method: 'POST',
    headers: { 'Content-Type': 'message/rfc822' },
    body: `${head.join('\r\n')}\r\n\r\n${text.replaceAll('\n', '\r\n')}`,
  });
  if (!answer.ok) throw new Error(await answer.text());
  await at.told();
}

const counted = async () => {
  const { waiting, joined, unread, setAside } = await at.store.mails.count('camden', [BOX], null, at.now());
  return { waiting, joined, unread, aside: setAside.map(({ why }) => why) };
};
const WAITS = { waiting: 1, joined: 0, unread: 0, aside: [] };
const ASIDE = (why: string) => ({ waiting: 0, joined: 0, unread: 0, aside: [why] });

describe('who sent it says nothing about what is in it', () => {
  test('a colleague passes a referral on from the shared mailbox itself, or somebody writes as if: it waits', async () => {
    await comes({ From: STEP_DOWN }, 'A new family, please see below.');
    expect(await counted()).toEqual(WAITS);
    expect(at.posts()).toEqual(['Thu 17 Dec 2026, 16:20 #front-door mail']);
    const [entry] = await at.store.mails.waiting('camden');
    const sheet = await at.stepwise.mails.read(at.id('Dawn'), entry?.id ?? '');
    expect(sheet?.noAnswer).toMatch(/mailbox of our own/);
  });

  test('a portal sends a referral of its own accord: it waits, whatever its words', async () => {
    await comes({ 'Auto-Submitted': 'auto-generated' }, 'See the attached form.');
    expect(await counted()).toEqual(WAITS);
  });

  test('a list passes a referral on: it waits; its newsletter does not', async () => {
    const list = { 'List-Id': 'Schools <schools.example>', 'List-Unsubscribe': '<https://schools.example/stop>' };
    await comes(list, 'News of the month: a concert in the town hall.');
    expect(await counted()).toEqual(ASIDE('list'));
    await comes({ ...list, Subject: 'Forwarded' }, REFERRAL);
    expect(await counted()).toEqual({ ...WAITS, aside: ['list'] });
  });

  test('an automatic reply that belongs to nothing is set aside, unless it says that a child is at risk', async () => {
    const away = { 'Auto-Submitted': 'auto-replied', 'In-Reply-To': '<a-colleague@camden.example>' };
    await comes(away, 'I am back on Monday.');
    expect(await counted()).toEqual(ASIDE('automatic-reply'));
    await comes({ ...away, Subject: 'Automatic reply' }, 'I am away. The boy was hit again last night.');
    expect(await counted()).toEqual({ ...WAITS, aside: ['automatic-reply'] });
    expect((await at.store.mails.waiting('camden'))[0]?.urgent).toBe(true);
  });

  test('an answer to an invitation joins its case and is news to nobody, unless it says that a child is at risk', async () => {
    const { case: theCase } = await refer(at);
    at.chat.clear();
    const calendar = ['BEGIN:VCALENDAR', 'METHOD:REPLY', 'END:VCALENDAR', ''].join('\r\n');
    const answers = (text: string) =>
      comes(
        {
          Subject: `Accepted: ${theCase.reference}`,
          'Content-Type': 'multipart/alternative; boundary=b',
          'MIME-Version': '1.0',
        },
        `--b\nContent-Type: text/plain\n\n${text}\n--b\nContent-Type: text/calendar; method=REPLY\n\n${calendar}\n--b--\n`,
      );
    await answers('I will be there.');
    expect(at.posts()).toEqual([]);
    await answers('I cannot come. The boy was hit again last night.');
    expect(at.posts().filter((line) => line.endsWith('mail-news joined'))).not.toEqual([]);
    expect((await counted()).joined).toBe(3);
    await answers(REFERRAL);
    expect((await counted()).waiting).toBe(1);
  });
});

test('a mail under the very headers of an earlier one, with other words, is a mail of its own; the same again is not', async () => {
  const headers = { 'Message-ID': '<one@health.example>', Date: 'Thu, 17 Dec 2026 16:00:00 +0000' };
  await comes(headers, 'Thank you.');
  await comes(headers, 'The boy was hit again last night.');
  await comes(headers, 'Thank you.');
  expect(await counted()).toEqual({ ...WAITS, waiting: 2 });
  expect((await at.store.mails.waiting('camden')).some(({ urgent }) => urgent)).toBe(true);
});

describe('an old case hides no new one', () => {
  test('a referral of another child that quotes the reference of an old one is proposed, and waits', async () => {
    const { case: theCase } = await refer(at);
    await comes({ Subject: `RE: ${theCase.reference}` }, REFERRAL);
    expect(await counted()).toMatchObject({ waiting: 1, joined: 1 });
    expect((await at.store.mails.waiting('camden'))[0]).toMatchObject({ caseId: theCase.id, confidence: 'possible' });
  });

  test('one of a child of the case itself joins it', async () => {
    const { case: theCase } = await refer(at, { born: 2015 });
    await comes(
      { Subject: `RE: ${theCase.reference}` },
      'Name: Perpetua Quillfeather\nDate of birth: 27/3/2015\n\nMore.',
    );
    expect(await counted()).toMatchObject({ waiting: 0, joined: 2 });
  });
});

test('a second family in the conversation from which a case is opened waits on; what is about the first goes with it', async () => {
  const first = { From: 'amara.okafor@camden.example', Subject: 'Two families', 'Message-ID': '<one@camden.example>' };
  const later = { ...first, Subject: 'RE: Two families', 'In-Reply-To': '<one@camden.example>' };
  await comes(first, 'Name: Robin Ashdown\nDate of birth: 27/3/2015');
  await at.moveTo('2026-12-17', '16:25');
  await comes({ ...later, 'Message-ID': '<two@camden.example>' }, 'Have you got it?');
  await at.moveTo('2026-12-17', '16:30');
  await comes(
    { ...later, 'Message-ID': '<three@camden.example>' },
    'Name: Wren Ashdown-Pell\nDate of birth: 2/11/2018',
  );
  const waiting = await at.store.mails.waiting('camden');
  expect(new Set(waiting.map(({ conversationId }) => conversationId)).size).toBe(1);
  const [one, two, three] = waiting;
  const draft = await at.stepwise.mails.begin(at.id('Dawn'), one?.id ?? '', PATHWAY);
  if ('refused' in draft) throw new Error(draft.words);
  await complete(draft.id);
  const { case: theCase } = ok(await at.stepwise.send(at.id('Dawn'), draft.id, key()));
  expect((await at.store.mails.ofCase(theCase.id)).map(({ id }) => id)).toEqual([one?.id, two?.id]);
  expect((await at.store.mails.entry(three?.id ?? ''))?.state).toBe('waiting');
});

/** What a mail does not say, said by whoever opens the case. */
async function complete(draft: string): Promise<void> {
  const save = (page: string, answers: Answers) => at.stepwise.drafts.save(at.id('Dawn'), draft, page, answers);
  const of = await at.store.draft(draft);
  await save('agreement', { who: ['mother'], at: '2026-12-16', how: 'in-person' });
  await save('assessment', { at: '2026-12-17', 'lead-service': 'early-help' });
  await save('child.1', {
    ...of?.pages['child.1'],
    ...{ mosaic: '5512345', schools: 'Thistle Primary', 'support-needed': 'Routines.', reasons: 'A fall.' },
  });
  await save('plan', { summary: 'Routines.', outline: 'Visits.', 'way-back': 'If it gets worse.' });
  await save('times', { times: OFFERED });
  await save('check', { 'agreement-covers-all': true, 'assessment-document': 'https://camden.example/assessment' });
}

test('our mail that arrives while its case is stopped for safety has arrived: the clock runs from then', async () => {
  await at.fault({ match: { path: '/users/*/mailFolders/inbox/messages/delta' }, times: 3, status: 503 });
  const { case: theCase } = await refer(at);
  expect(await at.folder(STEP_DOWN, 'inbox')).toHaveLength(1);
  await press(at, 'Amara', theCase.id, fact('safeguarding.stopped'));
  await at.moveTo('2026-12-18', '09:00');
  const facts = (await at.stepwise.sheet(theCase.id))?.case.facts ?? [];
  expect(facts.filter((each) => each.fact === 'request.received').map((each) => each.at)).toEqual([
    '2026-12-17T16:20:00.000Z',
  ]);
});

test('the date that its sender writes on a mail is not its arrival', async () => {
  await at.moveTo('2026-12-18', '18:45');
  await comes({ Date: 'Mon, 1 Jun 2020 09:00:00 +0000' }, 'Please ring me.');
  await comes({ Date: 'Mon, 1 Jun 2099 09:00:00 +0000', Subject: 'Later' }, 'Please ring me.');
  const arrived = (await at.store.mails.waiting('camden')).map(({ receivedAt }) => receivedAt);
  expect(arrived).toEqual(['2026-12-18T18:45:00.000Z', '2026-12-18T18:45:00.000Z']);
});

test('nothing of a mail is written where an operator reads: neither in the log, nor in what waits to be carried out, nor in a channel', async () => {
  const secret = { From: `"${NAME}" <${NAME.toLowerCase()}@home.example>`, Subject: `${NAME} again` };
  await at.fault({ match: { path: '/users/*/messages/*/$value' }, times: 2, status: 500, message: NAME });
  await comes(secret, `${NAME} was hit.`);
  await comes({ ...secret, 'Content-Type': `multipart/mixed; boundary="${NAME}"` }, `--${NAME}\n`);
  await at.moveTo('2026-12-18', '09:00');
  expect(JSON.stringify(at.chat.sent)).not.toContain(NAME);
  expect(at.logged.join()).not.toContain(NAME);
});

describe('what cannot be read is not forgotten', () => {
  /** Microsoft 365 shows that there is one, and does not give it. */
  const unreadable = async (): Promise<never> => {
    throw new PlatformFault('Microsoft Graph: read a mail: 500', 500, true);
  };
  const withMime = (mime: MailboxFeed['mime']) => {
    const { mail } = at.world;
    if (mail) at.replace({ mail: { ...mail, feed: { ...mail.feed, mime } } });
    return mail?.feed.mime ?? mime;
  };

  test('a mail that Microsoft 365 does not give waits for a person within the hour, and is read when it can be', async () => {
    const mime = withMime(unreadable);
    await comes({}, 'The boy was hit again last night.');
    expect(await counted()).toMatchObject({ unread: 1 });
    await at.moveTo('2026-12-17', '17:30');
    expect(await counted()).toEqual(WAITS);
    expect(at.posts()).toContainEqual(expect.stringMatching(/#front-door mail$/));
    const [entry] = await at.store.mails.waiting('camden');
    expect(await at.stepwise.mails.read(at.id('Dawn'), entry?.id ?? '')).not.toHaveProperty('content');
    withMime(mime);
    await at.moveTo('2026-12-17', '18:40');
    expect((await at.stepwise.mails.read(at.id('Dawn'), entry?.id ?? ''))?.content?.text).toMatch(/^The boy/);
    expect(at.stands('#front-door', 'mail')?.urgent).toBe(true);
    expect(await counted()).toEqual(WAITS);
  });

  test('nor is one that Microsoft 365 does not find at once after it has been away', async () => {
    let asked = 0;
    const mime = withMime(async (...given) => {
      asked += 1;
      if (asked <= 3) throw new PlatformFault('Microsoft Graph: read a mail: 503', 503, true);
      return asked <= 5 ? 'gone' : mime(...given);
    });
    await comes({}, 'Please ring me.');
    await at.moveTo('2026-12-17', '16:50');
    expect(await counted()).toEqual(WAITS);
    expect(asked).toBe(6);
  });

  test('nor is one on which the program itself stumbles', async () => {
    const { mail } = at.world;
    const read = async (): Promise<never> => {
      throw new RangeError('a fault of ours');
    };
    if (mail) at.replace({ mail: { ...mail, reader: { ...mail.reader, read } } });
    await comes({}, 'Please ring me.');
    await at.moveTo('2026-12-17', '17:30');
    expect(await counted()).toEqual(WAITS);
  });

  test('what a person has dealt with meanwhile is left as it is', async () => {
    const mime = withMime(unreadable);
    await comes({}, 'The boy was hit again last night.');
    await at.moveTo('2026-12-17', '17:30');
    const [entry] = await at.store.mails.waiting('camden');
    await at.stepwise.mails.setAside(at.id('Dawn'), entry?.id ?? '', 'other', '', undefined, 'k');
    withMime(mime);
    await at.moveTo('2026-12-18', '09:00');
    expect(await counted()).toEqual(ASIDE('other'));
  });

  test('a program that is started without its mailboxes leaves what it had taken in for the next start', async () => {
    const { mail } = at.world;
    const mime = withMime(unreadable);
    await comes({}, 'Please ring me.');
    at.replace({ mail: undefined } as never);
    await at.moveTo('2026-12-18', '12:00');
    expect(at.posts()).toEqual([]);
    if (mail) at.replace({ mail: { ...mail, feed: { ...mail.feed, mime } } });
    await at.moveTo('2026-12-18', '13:30');
    expect(await counted()).toEqual(WAITS);
    expect(at.stands('#front-door', 'mail')?.state).toBe('waiting');
  });

  test('one place that cannot be reached keeps nobody else from hearing of a mail', async () => {
    const { protocols, directory, chat } = at.world;
    const people = ['Amara', 'Jo'].map((name) => at.id(name));
    const withoutChannel = <T extends ReturnType<typeof protocols.get>>(protocol: T): T => {
      const { roles } = protocol.council;
      const { channel: _, ...manager } = roles['front-door-manager'] ?? { channel: '' };
      return {
        ...protocol,
        council: { ...protocol.council, roles: { ...roles, 'front-door-manager': manager } },
      } as unknown as T;
    };
    const found = await Promise.all(people.map((id) => directory.person(id)));
    at.replace({
      protocols: {
        ...protocols,
        all: () => protocols.all().map(withoutChannel),
        get: (id, version) => withoutChannel(protocols.get(id, version)),
      },
      directory: { ...directory, holders: async () => found.filter((each) => each !== undefined) },
      chat: {
        ...chat,
        async post(to, card, bell) {
          if ('person' in to && to.person === people[0]) throw new PlatformFault('Teams: 404', 404, false);
          return chat.post(to, card, bell);
        },
      },
    });
    await comes({}, 'Please ring me.');
    expect(at.posts()).toEqual(['Thu 17 Dec 2026, 16:20 Jo mail']);
  });

  test('the clock here is a little behind: the arrival of our own mail counts all the same', async () => {
    const { clock } = at.world;
    at.replace({ clock: { now: () => new Date(Date.parse(clock.now()) - 5000).toISOString() as never } });
    const { case: theCase } = await refer(at);
    const facts = (await at.stepwise.sheet(theCase.id))?.case.facts ?? [];
    expect(facts.filter(({ fact }) => fact === 'request.received')).toHaveLength(1);
  });
});

describe('a mailbox that is renamed', () => {
  test('leaves nothing behind: what waits under the old address is read and counted on, and what came meanwhile is read', async () => {
    await comes({ Subject: 'One' }, 'Please ring me.');
    const [entry] = await at.store.mails.waiting('camden');
    const { directory } = at.world;
    // Since Friday noon the old address answers nobody; the mails come to the new one.
    await at.moveTo('2026-12-18', '12:00');
    await at.fault({ match: { path: `/users/${BOX}/mailFolders/inbox/messages/delta` }, times: 1000, status: 404 });
    await at.moveTo('2026-12-18', '19:00');
    await comes({ Subject: 'Two' }, 'Please ring me too.', RENAMED);
    await at.moveTo('2026-12-21', '09:00');
    at.replace({ directory: { ...directory, mailbox: () => RENAMED } });
    await at.settle();
    await at.moveTo('2026-12-22', '09:00');
    const waiting = await at.stepwise.mails.waiting(at.id('Dawn'));
    expect(waiting.map(({ content }) => content?.subject)).toEqual(['One', 'Two']);
    expect(await at.stepwise.mails.read(at.id('Dawn'), entry?.id ?? '')).toBeDefined();
    expect(at.stands('#front-door', 'mail-line')).toMatchObject({ waiting: 2 });
  });
});

/** Watched for the social work team managers. */
function withOtherMailbox(): void {
  const { protocols, directory } = at.world;
  const withOther = <T extends ReturnType<typeof protocols.get>>(protocol: T): T => {
    const { mailboxes } = protocol.council;
    const other = { name: 'Other mailbox', watchedBy: 'social-work-team-manager', rules: [] };
    return { ...protocol, council: { ...protocol.council, mailboxes: { ...mailboxes, other } } };
  };
  at.replace({
    protocols: {
      ...protocols,
      all: () => protocols.all().map(withOther),
      get: (id, version) => withOther(protocols.get(id, version)),
    },
    directory: {
      ...directory,
      mailbox: (council, name) => (name === 'other' ? RENAMED : directory.mailbox(council, name)),
    },
  });
}

test('a mail to two mailboxes is one mail, and those who read either are asked and may deal with it', async () => {
  withOtherMailbox();
  await at.settle();
  await comes({ To: `${STEP_DOWN}, ${RENAMED}`, 'Message-ID': '<both@health.example>' }, 'Please ring me.', STEP_DOWN);
  await comes({ To: `${STEP_DOWN}, ${RENAMED}`, 'Message-ID': '<both@health.example>' }, 'Please ring me.', RENAMED);
  expect(at.posts().filter((line) => line.endsWith(' mail'))).toHaveLength(2);
  const [entry, ...others] = await at.store.mails.waiting('camden');
  expect(others).toEqual([]);
  const { mails } = at.stepwise;
  expect((await mails.waiting(at.id('Priya'))).map((each) => each.entry.id)).toEqual([entry?.id]);
  const done = await mails.setAside(at.id('Priya'), entry?.id ?? '', 'other', '', undefined, key());
  expect(done.ok).toBe(true);
  expect(await mails.waiting(at.id('Dawn'))).toEqual([]);
  expect(await mails.read(at.id('Grace'), entry?.id ?? '')).toBeUndefined();
});

test('our mail that a rule redirects to another mailbox, which is read first, has arrived', async () => {
  withOtherMailbox();
  await at.settle();
  await at.fault({ match: { path: `/users/${BOX}/mailFolders/inbox/messages/delta` }, times: 3, status: 503 });
  const { case: theCase } = await refer(at);
  const [ours] = await at.folder(STEP_DOWN, 'inbox');
  await comes({ 'Message-ID': String(ours?.internetMessageId), Subject: String(ours?.subject) }, 'As it was.', RENAMED);
  await at.moveTo('2026-12-18', '09:00');
  const facts = (await at.stepwise.sheet(theCase.id))?.case.facts ?? [];
  expect(facts.filter((each) => each.fact === 'request.received')).toHaveLength(1);
});

test('a mail that joined a case of which nobody can be told goes back to those who read the mailbox', async () => {
  const { case: theCase } = await refer(at);
  const { chat } = at.world;
  at.replace({
    chat: {
      ...chat,
      async post(to, card, bell) {
        if ('person' in to) throw new PlatformFault('Teams: 403', 403, false);
        return chat.post(to, card, bell);
      },
    },
  });
  await comes({ Subject: `RE: ${theCase.reference}` }, 'He has moved to his aunt.');
  expect(await counted()).toMatchObject({ waiting: 0, joined: 2 });
  await at.moveTo('2026-12-17', '16:55');
  expect(await counted()).toMatchObject({ waiting: 1, joined: 1 });
  expect(at.stands('#front-door', 'mail')?.state).toBe('waiting');
});

test('our mail that a person has put back before it was known as ours has arrived all the same', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages/*/send' }, times: 1, status: 503, after: true });
  const { case: theCase } = await refer(at);
  await at.told();
  const [copy] = await at.store.mails.ofCase(theCase.id);
  const back = await at.stepwise.mails.putBack(at.id('Dawn'), copy?.id ?? '', key());
  expect([back.ok, copy?.matchedBy]).toEqual([true, 'reference']);
  await at.moveTo('2026-12-17', '16:30');
  const facts = (await at.stepwise.sheet(theCase.id))?.case.facts ?? [];
  expect(facts.filter((each) => each.fact === 'request.received')).toHaveLength(1);
  expect(await counted()).toMatchObject({ waiting: 0, joined: 1 });
  expect(at.stands('#front-door', 'mail')?.state).not.toBe('waiting');
});
