/**
 * What the use cases rely on about mails and documents, whichever engine is underneath.
 */
import type { Append, MailCount, MailMove, NamedChild, SeenMail, Store } from '../../../src/application/ports.ts';
import { addMinutes } from '../../../src/domain/time/instant.ts';
import {
  appending,
  at,
  BOX,
  caseRow,
  day,
  draft,
  fact,
  item,
  mailbox,
  NOON,
  OTHER_BOX,
  page,
  readMail,
  seen,
  sentMail,
  storedDocument,
} from './build.ts';
import type { Place } from './contract.ts';

export function mailContract(name: string, make: () => Promise<Place>): void {
  describe(`A book of mails on ${name}`, () => {
    let place: Place;
    let store: Store;
    let opened: Store[];

    beforeEach(async () => {
      place = await make();
      opened = [];
      store = await another();
    });
    afterEach(async () => {
      for (const one of opened) await one.close();
      await place.remove();
    });

    async function another(): Promise<Store> {
      const made = await place.open();
      opened.push(made);
      return made;
    }

    const takeIn = (mails: readonly SeenMail[], over: Parameters<typeof page>[1] = {}, by = store) =>
      by.mails.takeIn(page(mails, over));
    /** Takes in one mail. @returns its id */
    const one = async (n: string | number = 1, over: Partial<SeenMail> = {}): Promise<string> => {
      const [id] = await takeIn([seen(n, over)]);
      if (id === undefined) throw new Error(`Mail ${n} is not new.`);
      return id;
    };
    const begin = async (id: string, over: Partial<Append> = {}) =>
      expect(await store.append(appending(id, over))).toBe('appended');
    const moved = (id: string, over: Partial<MailMove> = {}): MailMove => ({
      ...{ id, to: 'waiting', by: 'stepwise', at: at('12:01') },
      ...over,
    });
    const count = (from = at('11:00'), to = at('18:00'), boxes: readonly string[] = [BOX, OTHER_BOX]) =>
      store.mails.count('testshire', boxes, from, to);
    const readings = async (by = store) =>
      (await by.claim(at('18:00'), at('18:05'), 10_000)).filter(({ effect }) => effect.kind === 'read-mail').length;

    describe('takes mails in', () => {
      test('a new mail is unread, with the item that reads it, and the mailbox is as far as its page', async () => {
        expect(await store.mails.mailbox(BOX)).toBeUndefined();
        const read = mailbox({ cursor: 'delta-2', readAt: NOON });
        const [id = ''] = await takeIn([seen(1)], { mailbox: read });
        expect(await (await another()).mails.entry(id)).toEqual({
          ...{ id, council: 'testshire', mailbox: BOX, messageId: 'graph-1', conversationId: 'conversation-1' },
          ...{ receivedAt: at('09:00'), takenAt: NOON, state: 'unread', caseId: null, by: 'stepwise', at: NOON },
          ...{ why: null, matchedBy: null, confidence: null, urgent: false },
        });
        expect(await store.mails.moves(id)).toEqual([]);
        expect(await store.mails.mailbox(BOX)).toEqual(read);
        expect(await readings()).toBe(1);
        expect(await store.mails.entry('none')).toBeUndefined();
      });

      test('how a mailbox does is kept until something else is said', async () => {
        const failing = mailbox({ failingSince: NOON, alarmedAt: at('12:30'), reconciledAt: at('08:30') });
        await store.mails.saveMailbox(mailbox({ address: OTHER_BOX, cursor: null }));
        await store.mails.saveMailbox(mailbox());
        await store.mails.saveMailbox(failing);
        expect(await store.mails.mailboxes()).toEqual([failing, mailbox({ address: OTHER_BOX, cursor: null })]);
      });

      test('the same page again, pages that overlap, and one page twice over, bring nothing new', async () => {
        expect(await takeIn([seen(1), seen(2), seen(1)])).toHaveLength(2);
        expect(await takeIn([seen(1), seen(2)])).toEqual([]);
        expect(await takeIn([seen(3), seen(2), seen(4)])).toHaveLength(2);
        expect(await takeIn([seen(1, { subject: 'Changed in the mailbox', internetMessageId: '' })])).toEqual([]);
        expect(await count()).toMatchObject({ in: 4, unread: 4 });
        expect(await readings()).toBe(4);
      });

      test('one mail to two mailboxes is one mail, which is read once, in the mailbox where it was first seen', async () => {
        const [first = ''] = await takeIn([seen(1)]);
        const over = { mailbox: mailbox({ address: OTHER_BOX }) };
        expect(await takeIn([seen(1, { id: 'another-id' }), seen(2)], over)).toHaveLength(1);
        expect((await store.mails.entry(first))?.mailbox).toBe(BOX);
        expect(await count()).toMatchObject({ in: 2 });
        expect(await count(at('11:00'), at('18:00'), [OTHER_BOX])).toMatchObject({ in: 1 });
        expect(await store.mails.unknownOf(OTHER_BOX, ['another-id', 'graph-2', 'graph-3'])).toEqual(['graph-3']);
        expect(await readings()).toBe(2);
      });

      test('somebody else’s Message-ID on a mail of one’s own is another mail: neither is lost', async () => {
        const forged = seen(1, { id: 'graph-f', subject: 'Something else', from: 'somebody@elsewhere.example' });
        expect(await takeIn([seen(1), forged])).toHaveLength(2);
        expect(await store.mails.byMessageIds(['1@sender.example'])).toHaveLength(2);
      });

      test('the same mail to another council is another mail', async () => {
        await takeIn([seen(1)]);
        const there = mailbox({ address: 'help@elsewhere.example' });
        expect(await takeIn([seen(1)], { council: 'elsewhere', mailbox: there })).toHaveLength(1);
      });

      test('what was there before the program came is known, and neither counted nor read', async () => {
        const before = seen('old', { receivedAt: at('07:59') });
        expect(await takeIn([before, seen(1, { receivedAt: at('08:00') })])).toHaveLength(1);
        expect(await takeIn([before])).toEqual([]);
        expect(await count()).toMatchObject({ in: 1 });
        expect(await store.mails.unknownOf(BOX, ['graph-new', 'graph-old', 'graph-1', 'graph-new'])).toEqual([
          'graph-new',
        ]);
        expect(await store.mails.unknownOf(OTHER_BOX, ['graph-old'])).toEqual(['graph-old']);
        expect(await readings()).toBe(1);
      });

      test('ten thousand that were there before take less than a hundred bytes each', async () => {
        const old = (n: number) => seen(`${n}-${'x'.repeat(140)}`, { receivedAt: at('07:00') });
        const empty = (await place.rawBytes()).length;
        for (let from = 0; from < 10_000; from += 1000)
          await takeIn(Array.from({ length: 1000 }, (_, n) => old(from + n)));
        await store.erase('nobody'); // empties the write-ahead log
        expect((await place.rawBytes()).length - empty).toBeLessThan(1_000_000);
        expect(await count()).toMatchObject({ in: 0 });
      });

      test('a page that fails half-way leaves nothing, and not its cursor either: it is read again', async () => {
        await takeIn([seen(1)]);
        const bad = page([seen(2), seen(3)], { mailbox: mailbox({ cursor: 'delta-2' }) });
        const broken = bad.mails.map((mail, n) =>
          n === 1 ? { ...mail, reads: { ...mail.reads, notBefore: null as never } } : mail,
        );
        await expect(store.mails.takeIn({ ...bad, mails: broken })).rejects.toThrow();
        expect((await store.mails.mailbox(BOX))?.cursor).toBe('delta-1');
        expect(await store.mails.takeIn(bad)).toHaveLength(2);
        expect(await count()).toMatchObject({ in: 3 });
      });

      test('two programs that read the same mailboxes at once, out of order and with repeats, write each mail in once', async () => {
        const other = await another();
        const random = numbers(20261214);
        const mails = Array.from({ length: 1500 }, (_, n) => n);
        const work = [store, other].map(async (by) => {
          for (let turn = 0; turn < 12; turn++) {
            const address = turn % 2 ? BOX : OTHER_BOX;
            const some = shuffled([...mails, ...mails.slice(0, 100)], random).slice(0, turn < 10 ? 400 : 1600);
            const over = { mailbox: mailbox({ address }), takenAt: addMinutes(NOON, turn) };
            await takeIn(
              some.map((n) => seen(n, { id: `${address}-${n}` })),
              over,
              by,
            );
          }
        });
        await Promise.all(work);
        expect(await count()).toMatchObject({ in: 1500, unread: 1500 });
        expect(await readings()).toBe(1500);
      });
    });

    describe('accounts for every mail', () => {
      test('each change is a line, oldest first, and the mail is as its last line says', async () => {
        const id = await one();
        const found = moved(id, { caseId: 'A', matchedBy: 'child-id', confidence: 'possible', urgent: true });
        const aside = moved(id, {
          ...{ to: 'set-aside', by: 'bea', at: at('12:30'), why: 'duplicate', note: 'Perpetua was here twice' },
        });
        expect(await store.mails.move(found, [item('card')])).toBe('moved');
        expect(await store.mails.move(aside)).toBe('moved');
        expect(await (await another()).mails.moves(id)).toEqual([found, aside]);
        expect(await store.mails.entry(id)).toMatchObject({
          ...{ state: 'set-aside', by: 'bea', at: at('12:30'), why: 'duplicate', caseId: null },
          ...{ matchedBy: null, confidence: null, urgent: true },
        });
        expect((await store.claim(at('18:00'), at('18:05'), 10)).map(({ key }) => key)).toContain('card');
      });

      test('a mail that somebody else has taken meanwhile is not moved, and nothing is sent about it', async () => {
        const id = await one();
        await store.mails.move(moved(id, { from: ['unread'] }));
        const aside = moved(id, { to: 'set-aside', by: 'bea', why: 'not-ours', from: ['waiting'] });
        const both = await Promise.all([
          store.mails.move(aside, [item('bea')]),
          (await another()).mails.move({ ...aside, by: 'cyril' }, [item('cyril')]),
        ]);
        expect(both.toSorted()).toEqual(['moved', 'moved-on']);
        expect(await store.mails.moves(id)).toHaveLength(2);
        expect(await store.mails.move(moved(id, { from: ['unread', 'joined'] }))).toBe('moved-on');
        const sent = (await store.claim(at('18:00'), at('18:05'), 10)).map(({ key }) => key);
        expect(sent.filter((key) => key === 'bea' || key === 'cyril')).toHaveLength(1);
        expect(await store.mails.move(moved(id, { to: 'waiting', from: ['set-aside'] }))).toBe('moved'); // taken back
      });

      test('no mail becomes a case’s without a case, or is set aside without a reason', async () => {
        const id = await one();
        await expect(store.mails.move(moved(id, { to: 'joined' }))).rejects.toThrow('without a case');
        await expect(store.mails.move(moved(id, { to: 'set-aside' }))).rejects.toThrow('without a reason');
        await expect(store.mails.move(moved('nothing'))).rejects.toThrow('There is no mail nothing');
        expect(await store.mails.moves(id)).toEqual([]);
      });

      test('those that wait are listed oldest first, by council and by mailbox', async () => {
        const late = await one('late', { receivedAt: at('11:00') });
        const early = await one('early', { receivedAt: at('08:30') });
        const [there = ''] = await takeIn([seen('there')], { mailbox: mailbox({ address: OTHER_BOX }) });
        const gone = await one('gone');
        for (const id of [late, early, there, gone]) await store.mails.move(moved(id));
        await store.mails.move(moved(gone, { to: 'set-aside', why: 'list' }));
        const ids = async (boxes?: readonly string[]) =>
          (await store.mails.waiting('testshire', boxes)).map(({ id }) => id);
        expect(await ids()).toEqual([early, there, late]);
        expect(await ids([BOX])).toEqual([early, late]);
        expect(await ids([])).toEqual([]);
        expect(await store.mails.waiting('elsewhere')).toEqual([]);
      });

      test('the mails of a case are those joined to it or that it was opened from, and not those that only may be', async () => {
        const [a, b, c] = [await one('a', { receivedAt: at('11:00') }), await one('b'), await one('c')];
        await store.mails.move(moved(a, { to: 'joined', caseId: 'A' }));
        await store.mails.move(moved(b, { to: 'opened', caseId: 'A' }));
        await store.mails.move(moved(c, { caseId: 'A', confidence: 'possible' }));
        expect((await store.mails.ofCase('A')).map(({ id }) => id)).toEqual([b, a]);
        await store.mails.move(moved(a, { to: 'joined', caseId: 'B' }));
        expect((await store.mails.ofCase('A')).map(({ id }) => id)).toEqual([b]);
      });

      test('the count is of those written in after the first moment and up to the second, by what they are now', async () => {
        const states: readonly Partial<MailMove>[] = [
          {},
          { to: 'joined', caseId: 'A' },
          { to: 'opened', caseId: 'B' },
          { to: 'set-aside', why: 'list' },
          { to: 'set-aside', why: 'list', by: 'bea' },
          { to: 'set-aside', why: 'list', by: 'bea' },
          { to: 'set-aside', why: 'automatic-reply' },
        ];
        for (const [n, state] of states.entries()) {
          const id = await one(n);
          await store.mails.move(moved(id));
          await store.mails.move(moved(id, state));
        }
        await takeIn([seen('unread')], { takenAt: at('12:30') });
        const now: MailCount = {
          ...{ in: 8, unread: 1, waiting: 1, joined: 1, opened: 1 },
          setAside: [
            { why: 'automatic-reply', by: 'program', count: 1 },
            { why: 'list', by: 'bea', count: 2 },
            { why: 'list', by: 'program', count: 1 },
          ],
        };
        expect(await count(at('11:59'), at('12:30'))).toEqual(now);
        expect(await store.mails.count('testshire', [BOX], null, at('12:30'))).toEqual(now);
        const none = { in: 0, unread: 0, waiting: 0, joined: 0, opened: 0, setAside: [] };
        expect(await count(NOON, at('12:30'))).toEqual({ ...none, in: 1, unread: 1 });
        expect(await count(NOON, at('12:29'))).toEqual(none);
        expect(await count(at('11:59'), at('18:00'), [OTHER_BOX])).toEqual(none);
        expect(await count(at('11:59'), at('18:00'), [])).toEqual(none);
        expect(await store.mails.count('elsewhere', [BOX], null, at('18:00'))).toEqual(none);
      });

      test('through gaps, repeats and thousands of moves the sum always holds', async () => {
        const random = numbers(5);
        const known: string[] = [];
        for (let turn = 0; turn < 30; turn++) {
          const numbersOfPage = Array.from({ length: 60 }, () => Math.floor(random() * 600));
          const address = turn % 3 ? BOX : OTHER_BOX;
          const over = { mailbox: mailbox({ address }), takenAt: addMinutes(NOON, turn) };
          known.push(
            ...(await takeIn(
              numbersOfPage.map((n) => seen(n, { id: `${address}-${n}` })),
              over,
            )),
          );
          for (let n = 0; n < 40; n++) {
            const id = known[Math.floor(random() * known.length)] ?? '';
            const way = MOVES[Math.floor(random() * MOVES.length)] ?? {};
            await store.mails.move(moved(id, { ...way, by: random() < 0.5 ? 'bea' : 'stepwise' }));
          }
          const all = await count(at('11:00'), at('18:00'));
          expect([sumOf(all), all.in]).toEqual([known.length, known.length]);
          const parts = [await count(at('11:00'), at('12:10')), await count(at('12:10'), at('18:00'))];
          expect(parts.map(sumOf).reduce((a, b) => a + b)).toBe(all.in);
        }
        expect(known.length).toBeGreaterThan(500);
      });

      test('a line that is lost shows: the mail came in, and stands in no state', async () => {
        const [a, b] = [await one('a'), await one('b')];
        await store.mails.move(moved(a));
        await store.mails.move(moved(a, { to: 'joined', caseId: 'A' }));
        await place.run(`delete from mail_moves where mail_id = '${a}' and line = 3`);
        expect(sumOf(await count())).toBe(1);
        await place.run(`delete from mail_moves where mail_id = '${b}'`);
        expect(await count()).toEqual({ in: 2, unread: 0, waiting: 0, joined: 0, opened: 0, setAside: [] });
      });

      test('a state that was written over behind its back changes no count', async () => {
        const id = await one();
        await place.run(`update mails set state = 'set-aside', why = 'list' where id = '${id}'`);
        expect(await count()).toMatchObject({ in: 1, unread: 1, setAside: [] });
      });
    });

    describe('moves a mail with its case', () => {
      test('a case that is opened from it: its line is written with the first event', async () => {
        const id = await one();
        await store.mails.move(moved(id));
        const opens = moved(id, { to: 'opened', by: 'asha', from: ['waiting'] });
        await begin('A', { mail: opens });
        const { from: _, ...line } = opens;
        expect((await store.mails.moves(id)).at(-1)).toEqual({ ...line, caseId: 'A' });
        expect((await store.mails.ofCase('A')).map((each) => each.id)).toEqual([id]);
      });

      test('a mail that has moved on: nothing at all is written, and the draft stays', async () => {
        const id = await one();
        await store.mails.move(moved(id, { to: 'set-aside', by: 'bea', why: 'not-ours' }));
        const from = draft('d1', { mail: { id, filled: [] } });
        await store.saveDraft(from);
        const mail = moved(id, { to: 'opened', by: 'asha', from: ['waiting', 'unread'] });
        expect(await store.append(appending('A', { mail, draft: 'd1', outbox: [item('referral')] }))).toBe(
          'mail-moved-on',
        );
        expect(await store.caseById('A')).toBeUndefined();
        expect(await store.draft('d1')).toEqual(from);
        expect(await store.outboxOf('A')).toEqual([]);
        expect(await store.mails.moves(id)).toHaveLength(1);
      });

      test('of two people who open a case from one mail at once, one does', async () => {
        const id = await one();
        const other = await another();
        const mail = moved(id, { to: 'opened', from: ['unread', 'waiting'] });
        const results = await Promise.all([
          store.append(appending('A', { mail })),
          other.append(appending('B', { mail })),
        ]);
        expect(results.toSorted()).toEqual(['appended', 'mail-moved-on']);
        expect((await store.mails.entry(id))?.caseId).toBe(results[0] === 'appended' ? 'A' : 'B');
      });

      test('the same press a second time, and one on an older state, write no second line', async () => {
        const id = await one();
        await begin('A');
        const mail = moved(id, { to: 'joined', matchedBy: 'reference', confidence: 'certain' });
        const joins = appending('A', { expectedSeq: 1, events: [fact('join')], mail });
        expect(await store.append(joins)).toBe('appended');
        expect(await store.append(joins)).toBe('repeated');
        expect(await store.append({ ...joins, events: [fact('other')] })).toBe('conflict');
        expect(await store.mails.moves(id)).toEqual([{ ...mail, caseId: 'A' }]);
      });

      test('no mail goes to a family that has been erased; the copy of our own that comes late is its, and nothing of it is kept', async () => {
        await begin('A');
        await store.erase('A');
        const id = await one();
        await store.mails.saveContent(id, readMail());
        const mail = moved(id, { to: 'joined', caseId: 'A' });
        expect(await store.append(appending('A', { expectedSeq: 1, events: [fact('join')], mail }))).toBe('erased');
        expect(await store.mails.moves(id)).toEqual([]);
        expect(await store.mails.move(moved(id, { caseId: 'A', confidence: 'possible' }))).toBe('moved'); // proposed only
        expect(await store.mails.content(id)).toEqual(readMail());
        expect(await store.mails.move(mail)).toBe('moved');
        expect(await store.mails.content(id)).toBeUndefined();
      });
    });

    describe('keeps what was read of it', () => {
      test('word for word, and an answer with the item that sends it', async () => {
        const id = await one();
        expect(await store.mails.content(id)).toBeUndefined();
        const read = readMail({ text: 'Zoë O’Quill 🧸\n', replyTo: { name: 'Zoë', address: 'zoe@home.example' } });
        await store.mails.saveContent(id, readMail());
        await store.mails.saveContent(id, read);
        expect(await (await another()).mails.content(id)).toEqual(read);

        const asks = { id: 'answer-1', mail: id, by: 'bea', at: at('12:10'), text: 'Please send the plan.' };
        const no = { ...asks, id: 'answer-2', at: at('12:20'), text: 'Not for us.' };
        await store.mails.saveAnswer(asks, [item('answer-1')]);
        await store.mails.saveAnswer({ ...asks, text: 'changed' }, [item('answer-1')]);
        const aside = moved(id, { to: 'set-aside', by: 'bea', why: 'not-ours', from: ['unread'] });
        expect(await store.mails.move(aside, [item('answer-2')], no)).toBe('moved');
        const late = { ...no, id: 'answer-3' };
        expect(await store.mails.move(aside, [item('answer-3')], late)).toBe('moved-on');
        expect(await store.mails.answersOf(id)).toEqual([asks, no]);
        expect((await store.outboxOf('A')).map(({ key }) => key)).toEqual(['answer-1', 'answer-2']);
      });

      test('nothing of it lies on the disk in the clear: not who sent it, not what it is about, not a file’s name', async () => {
        const words = {
          ...{ subject: 'Quillsubject', sender: 'quillsender', sendersName: 'Quillname', text: 'Quilltext' },
          ...{ file: 'Quillfile', note: 'Quillnote', answer: 'Quillanswer', messageId: 'quillmessage' },
          ...{ document: 'Quilldocument', bytes: 'Quillbytes', field: 'quillfield', childId: 'QUILL123' },
        };
        const address = `${words.sender}@example.org`;
        const id = await one(1, {
          internetMessageId: `<${words.messageId}@x>`,
          from: address,
          subject: words.subject,
          id: 'PlantedInTheClear',
        });
        const read = readMail({ subject: words.subject, text: `${words.text} <b>`, messageId: `${words.messageId}@x` });
        const attachments = [{ name: `${words.file}.pdf`, contentType: 'application/pdf', size: 1 }];
        await store.mails.saveContent(id, { ...read, from: { name: words.sendersName, address }, attachments });
        await store.mails.move(moved(id, { note: words.note }));
        await store.mails.saveAnswer({ id: 'a', mail: id, by: 'bea', at: NOON, text: words.answer }, []);
        await store.mails.noteAnswer(address, NOON);
        await store.saveDraft(draft('d1', { mail: { id, filled: [words.field] } }));
        await store.documents.save(storedDocument('d', { name: words.document }), Buffer.from(words.bytes));
        const child = { child: 'c1', name: 'Ann Lee', birthDate: day('2015-03-27'), councilId: words.childId };
        await begin('A', { children: { named: [child], seen: [] } });

        const raw = await place.rawBytes();
        expect(raw.includes('PlantedInTheClear')).toBe(true); // or this test would see nothing at all
        const folded = raw.toString('latin1').toLowerCase();
        const found = Object.values(words).filter(
          (word) =>
            folded.includes(word.toLowerCase()) ||
            raw.includes(Buffer.from(word, 'utf16le')) ||
            raw.includes(Buffer.from(word).toString('base64').slice(0, 11)),
        );
        expect(found).toEqual([]);
      });

      test('a mail’s content that was moved to another mail does not open there', async () => {
        const [a, b] = [await one('a'), await one('b')];
        await store.mails.saveContent(a, readMail());
        await store.mails.saveContent(b, readMail());
        await place.run(
          `update mail_contents set sealed = (select sealed from mail_contents where mail_id = '${a}') where mail_id = '${b}'`,
        );
        await expect(store.mails.content(b)).rejects.toThrow('does not open');
        await place.run(
          `update mail_contents set wrapped = (select wrapped from mail_contents where mail_id = '${a}') where mail_id = '${b}'`,
        );
        await expect(store.mails.content(b)).rejects.toThrow('does not open');
        expect(await store.mails.content(a)).toEqual(readMail());
      });

      test('with its family it is erased: what it said, notes, answers, drafts begun from it; its lines stay, and it counts', async () => {
        const [mine, theirs, maybe] = [await one('mine'), await one('theirs'), await one('maybe')];
        await begin('A', { mail: moved(mine, { to: 'opened', note: 'Perpetua again' }) });
        await begin('B', { mail: moved(theirs, { to: 'joined' }) });
        await store.mails.move(moved(maybe, { caseId: 'A', confidence: 'possible' }));
        for (const id of [mine, theirs, maybe]) {
          await store.mails.saveContent(id, readMail());
          await store.mails.saveAnswer({ id: `to-${id}`, mail: id, by: 'bea', at: NOON, text: 'Dear Sam' }, []);
          await store.saveDraft(draft(`from-${id}`, { mail: { id, filled: [] } }));
        }
        await store.erase('A');
        await store.erase('A'); // twice is once

        const after = await another();
        expect(await after.mails.content(mine)).toBeUndefined();
        expect(await after.mails.answersOf(mine)).toEqual([]);
        expect(await after.draft(`from-${mine}`)).toBeUndefined();
        expect(await after.mails.moves(mine)).toEqual([moved(mine, { to: 'opened', caseId: 'A' })]);
        expect(await count()).toMatchObject({ in: 3, opened: 1, joined: 1, waiting: 1 });
        for (const id of [theirs, maybe]) {
          expect(await after.mails.content(id)).toEqual(readMail());
          expect(await after.mails.answersOf(id)).toHaveLength(1);
          expect(await after.draft(`from-${id}`)).toBeDefined();
        }
        // A reading that was under way comes too late; and no answer goes out about them.
        await store.mails.saveContent(mine, readMail());
        expect(await store.mails.content(mine)).toBeUndefined();
        expect(await store.mails.move(moved(mine, { note: 'Perpetua' }))).toBe('moved');
        expect((await store.mails.moves(mine)).at(-1)).toEqual(moved(mine));
        const answer = { id: 'late', mail: mine, by: 'bea', at: NOON, text: 'Dear Sam' };
        await expect(store.mails.saveAnswer(answer, [item('late')])).rejects.toThrow('erased');
      });
    });

    describe('finds what a mail refers to', () => {
      test('by Message-IDs: in their order, ours and theirs, with or without angle brackets', async () => {
        const id = await one('theirs');
        await store.mails.saveSent(sentMail('ours'));
        const found = await store.mails.byMessageIds([
          ...['<theirs@sender.example>', 'unknown@x', '', 'ours@ours.example', 'theirs@sender.example'],
        ]);
        const [first, second, ...more] = found;
        expect(first).toMatchObject({ by: 'message-id', mail: { id, state: 'unread' } });
        expect(second).toEqual({ by: 'message-id', sent: sentMail('ours') });
        expect(more).toEqual([]);
        expect(await store.mails.byMessageIds([])).toEqual([]);
        expect(await store.mails.byMessageIds(['', '<>'])).toEqual([]);
      });

      test('by the Message-ID that was found in it when it was read', async () => {
        const id = await one('bare', { internetMessageId: '' });
        expect(await store.mails.byMessageIds(['inside@sender.example'])).toEqual([]);
        await store.mails.saveContent(id, readMail({ messageId: 'inside@sender.example' }));
        expect(await store.mails.byMessageIds(['inside@sender.example'])).toMatchObject([{ mail: { id } }]);
      });

      test('by conversation within a mailbox: newest first, ours and those that are a case’s, a copy by its own conversation', async () => {
        const inTalk = { conversationId: 'talk' };
        const [joined, waiting] = [
          await one('joined', { ...inTalk, receivedAt: at('11:00') }),
          await one('waits', inTalk),
        ];
        const copy = seen('joined', { id: 'copy', conversationId: 'talk-there', receivedAt: at('11:00') });
        await takeIn([copy], { mailbox: mailbox({ address: OTHER_BOX }) });
        await store.mails.move(moved(joined, { to: 'joined', caseId: 'A' }));
        await store.mails.move(moved(waiting));
        const early = sentMail('early', { ...inTalk, sentAt: at('10:00') });
        const late = sentMail('late', { ...inTalk, sentAt: at('12:00') });
        for (const sent of [early, late, sentMail('other-box', { ...inTalk, mailbox: OTHER_BOX })])
          await store.mails.saveSent(sent);
        const found = await store.mails.byConversation(BOX, 'talk');
        expect(found.map(({ by, sent, mail }) => [by, sent?.key ?? mail?.id])).toEqual([
          ['conversation', 'late'],
          ['conversation', joined],
          ['conversation', 'early'],
        ]);
        expect(await store.mails.byConversation(OTHER_BOX, 'talk-there')).toMatchObject([{ mail: { id: joined } }]);
        expect(await store.mails.byConversation(BOX, 'talk-there')).toEqual([]);
      });

      test('conversations that Microsoft 365 did not name are not one conversation', async () => {
        const id = await one('x', { conversationId: '' });
        await store.mails.move(moved(id, { to: 'joined', caseId: 'A' }));
        await store.mails.saveSent(sentMail('s', { conversationId: '' }));
        expect(await store.mails.byConversation(BOX, '')).toEqual([]);
      });

      test('a mail of ours is kept by its key, once', async () => {
        await store.mails.saveSent(sentMail('k', { conversationId: '' }));
        await store.mails.saveSent(sentMail('k', { answers: 'mail-1', caseId: null, step: null }));
        expect(await store.mails.sentBy('k')).toEqual(sentMail('k', { answers: 'mail-1', caseId: null, step: null }));
        expect(await store.mails.sentBy('none')).toBeUndefined();
        expect(await store.mails.byMessageIds(['k@ours.example'])).toHaveLength(1);
      });

      test('our own copy is the first under our Message-ID, saved before or since; whoever writes it again is somebody else', async () => {
        const ours = { internetMessageId: '<k@ours.example>' };
        const [copy = '', forged = ''] = await takeIn([seen('copy', ours), seen('forged', ours)]);
        expect(await store.mails.sentCopy(copy)).toBeUndefined();
        await store.mails.saveSent(sentMail('k'));
        expect(await store.mails.sentCopy(copy)).toEqual(sentMail('k'));
        expect(await store.mails.sentCopy(forged)).toBeUndefined();
        // What was written inside a mail makes it no copy of ours.
        const inside = await one('inside');
        await store.mails.saveSent(sentMail('other'));
        await store.mails.saveContent(inside, readMail({ messageId: 'other@ours.example' }));
        expect(await store.mails.sentCopy(inside)).toBeUndefined();
        expect(await store.mails.sentCopy(await one('bare', { internetMessageId: '' }))).toBeUndefined();
        expect(await store.mails.sentCopy('none')).toBeUndefined();
      });

      test('how often an address was answered since a moment, however it is written', async () => {
        for (const time of ['10:00', '12:00', '12:00']) await store.mails.noteAnswer('Sam@Sender.example', at(time));
        await store.mails.noteAnswer('other@sender.example', NOON);
        expect(await store.mails.answersTo('sam@sender.EXAMPLE ', at('09:00'))).toBe(3);
        expect(await store.mails.answersTo('sam@sender.example', NOON)).toBe(2);
        expect(await store.mails.answersTo('sam@sender.example', at('12:01'))).toBe(0);
        expect(await store.mails.answersTo('nobody@sender.example', at('09:00'))).toBe(0);
      });
    });

    describe('finds the open case of a child by the council’s own id', () => {
      const child = (councilId: string, id = 'c1'): NamedChild => ({
        ...{ child: id, name: `Ann ${id}`, birthDate: day('2015-03-27'), councilId },
      });
      const found = async (...ids: string[]) =>
        (await store.mails.casesWithChildIds('testshire', ids)).map(({ reference }) => reference);

      test('however the id is written, each case once', async () => {
        await begin('A', { children: { named: [child('mos-00 417'), child('MOS00418', 'c2')], seen: 'any' } });
        await begin('B', { children: { named: [child('MOS00418', 'c3')], seen: 'any' } });
        for (const id of ['MOS00417', ' mos00417 ', 'Mos/00-417', 'ＭＯＳ00417'])
          expect(await found(id)).toEqual(['TST-A']);
        expect(await found('MOS00417', 'MOS00418', 'nothing')).toEqual(['TST-A', 'TST-B']);
        for (const id of ['', '-', '00417', 'MOS004170', 'Ann c1']) expect(await found(id)).toEqual([]);
        expect(await found()).toEqual([]);
        expect(await store.mails.casesWithChildIds('elsewhere', ['MOS00417'])).toEqual([]);
      });

      test('not once the case has ended, its form says otherwise, or its family is erased; and an id is not a name', async () => {
        await begin('A', { children: { named: [child('1')], seen: 'any' } });
        await begin('B', { children: { named: [child('2')], seen: 'any' } });
        await begin('C', { children: { named: [child('3')], seen: 'any' } });
        const ended = { row: caseRow('A', { status: 'ended' }), expectedSeq: 1, events: [] } as const;
        expect(await store.append(appending('A', ended))).toBe('appended');
        const otherwise = { expectedSeq: 1, events: [], children: { named: [child('4')], seen: 'any' } } as const;
        expect(await store.append(appending('B', otherwise))).toBe('appended');
        await store.erase('C');
        expect(await found('1', '2', '3')).toEqual([]);
        expect(await found('4')).toEqual(['TST-B']);
        const sameId = { child: 'c1', name: 'Bo Lee', birthDate: day('2016-01-01'), councilId: '4' };
        expect(await store.casesWithChildren('testshire', [sameId])).toEqual([]);
      });
    });

    test('a draft keeps the mail that it was filled in from, and is found by it', async () => {
      const from = draft('d1', { mail: { id: 'm1', filled: ['family.c1.name', 'child.1.born'] } });
      const later = draft('d2', { owner: 'bea', updatedAt: at('13:00'), mail: { id: 'm1', filled: [] } });
      for (const each of [from, later, draft('d3')]) await store.saveDraft(each);
      const fresh = await another();
      expect(await fresh.draft('d1')).toEqual(from);
      expect(await fresh.draftsOfMail('m1')).toEqual([later, from]);
      expect(await fresh.draftsOfMail('m2')).toEqual([]);
      await store.saveDraft(draft('d1'));
      expect(await store.draft('d1')).toEqual(draft('d1'));
    });
  });

  describe(`Documents on ${name}`, () => {
    let place: Place;
    let store: Store;

    beforeEach(async () => {
      place = await make();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const save = (id: string, over: Parameters<typeof storedDocument>[1] = {}, bytes = `bytes of ${id}`) =>
      store.documents.save(storedDocument(id, over), Buffer.from(bytes));
    const textOf = async (id: string) => {
      const bytes = await store.documents.bytes(id);
      return bytes && Buffer.from(bytes).toString();
    };

    test('one comes back as it was given, to whoever gave it, newest first', async () => {
      await save('a', { name: 'Zoë’s plan.pdf' });
      await save('b', { givenAt: at('13:00') });
      await save('c', { owner: 'bea' });
      await save('a', { name: 'another' }, 'other bytes'); // handed over a second time
      expect(await store.documents.of('asha')).toEqual([
        storedDocument('b', { givenAt: at('13:00') }),
        storedDocument('a', { name: 'Zoë’s plan.pdf' }),
      ]);
      expect(await textOf('a')).toBe('bytes of a');
      expect(await store.documents.document('none')).toBeUndefined();
      expect(await store.documents.bytes('none')).toBeUndefined();
      await store.documents.remove('a');
      expect(await store.documents.document('a')).toBeUndefined();
    });

    test('one that was given to a case is erased with its family, and no other', async () => {
      for (const id of ['A', 'B']) expect(await store.append(appending(id))).toBe('appended');
      for (const id of ['loose', 'ofA', 'ofB']) await save(id);
      await save('straight', { caseId: 'A' });
      await store.documents.give('ofA', 'A');
      await store.documents.give('ofA', 'A');
      await store.documents.give('ofB', 'B');
      expect(await textOf('ofA')).toBe('bytes of ofA');
      expect(await textOf('straight')).toBe('bytes of straight');
      expect(await store.documents.document('ofA')).toEqual(storedDocument('ofA', { caseId: 'A' }));
      await store.erase('A');
      for (const id of ['ofA', 'straight']) expect(await store.documents.document(id)).toBeUndefined();
      expect((await store.documents.of('asha')).map(({ id }) => id)).toEqual(['loose', 'ofB']);
      await expect(store.documents.give('loose', 'A')).rejects.toThrow('erased');
      await expect(store.documents.give('loose', 'nobody')).rejects.toThrow('There is no case nobody');
      expect(await textOf('loose')).toBe('bytes of loose');
    });

    test('without the case’s key it does not open, master key or not', async () => {
      expect(await store.append(appending('A'))).toBe('appended');
      await save('plan');
      await store.documents.give('plan', 'A');
      await place.run(`update case_keys set wrapped = null where case_id = 'A'`);
      await expect(store.documents.bytes('plan')).rejects.toThrow('erased');
      await place.run(`update documents set case_id = null`);
      await expect(store.documents.bytes('plan')).rejects.toThrow('does not open');
    });

    test('those that went to no case are thrown away once they are old', async () => {
      expect(await store.append(appending('A'))).toBe('appended');
      await save('old', { givenAt: at('11:59') });
      await save('given', { givenAt: at('11:59') });
      await save('new');
      await store.documents.give('given', 'A');
      expect(await store.documents.removeOlderThan(NOON)).toBe(1);
      expect((await store.documents.of('asha')).map(({ id }) => id)).toEqual(['new', 'given']);
    });
  });
}

const MOVES: readonly Partial<MailMove>[] = [
  { to: 'waiting' },
  { to: 'waiting', from: ['unread'] },
  { to: 'joined', caseId: 'A' },
  { to: 'joined', caseId: 'B', from: ['waiting', 'joined'] },
  { to: 'opened', caseId: 'C', from: ['waiting'] },
  { to: 'set-aside', why: 'bounce' },
  { to: 'set-aside', why: 'automatic-reply', from: ['unread'] },
];

function sumOf({ unread, waiting, joined, opened, setAside }: MailCount): number {
  return unread + waiting + joined + opened + setAside.reduce((sum, { count }) => sum + count, 0);
}

/** From 0 to 1, the same each time: a linear congruential generator is random enough to shuffle by. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  return all
    .map((each) => [random(), each] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, each]) => each);
}
