/**
 * What the use cases rely on, whichever engine is underneath. Each engine's test file calls this with a way to make a database.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Append, NamedChild, RegisterRow, Store, WaitingRow } from '../../../src/application/ports.ts';
import { addMinutes } from '../../../src/domain/time/instant.ts';
import { appending, at, booking, caseRow, day, deadline, draft, fact, item, NOON, opened, post } from './build.ts';

/** One database, empty when it is made, on which several stores can be opened. */
export interface Place {
  open(): Promise<Store>;
  /** SQL behind the store's back, as somebody with access to the database would run it. Portable statements only. */
  run(statement: string): Promise<void>;
  /** Everything the engine keeps on disk, as it lies there. */
  rawBytes(): Promise<Buffer>;
  /** What `append-until-killed.ts` opens the same database with. */
  readonly forChild: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

export function storeContract(name: string, make: () => Promise<Place>): void {
  describe(`A store on ${name}`, () => {
    let place: Place;
    let store: Store;
    let opened_: Store[];

    beforeEach(async () => {
      place = await make();
      opened_ = [];
      store = await another();
    });

    afterEach(async () => {
      for (const one of opened_) await one.close();
      await place.remove();
    });

    async function another(): Promise<Store> {
      const made = await place.open();
      opened_.push(made);
      return made;
    }

    const begin = async (id = 'A', over: Partial<Append> = {}) => {
      expect(await store.append(appending(id, over))).toBe('appended');
    };
    const next = (seq: number, over: Partial<Append> = {}) =>
      appending('A', { expectedSeq: seq, events: [fact(`press-${seq}`)], ...over });

    describe('keeps the log of a case', () => {
      test('events come back in order, word for word, with their personal answers opened', async () => {
        const events = [
          opened('first'),
          fact('first', { child: 'c2', at: day('2026-12-11'), personal: { 'c2.name': 'Zoë O’Quill 🧸', note: null } }),
          fact('first', { fact: 'assessment', answers: { list: ['a', 'b'], yes: true, none: null }, by: 'bea' }),
        ];
        await begin('A', { events });
        const stored = await store.events('A');
        expect(stored.map(({ event }) => event)).toEqual(events);
        expect(stored.map(({ seq, caseId }) => [caseId, seq])).toEqual([
          ['A', 1],
          ['A', 2],
          ['A', 3],
        ]);
        expect(new Set(stored.map(({ hash }) => hash)).size).toBe(3);
        expect(await store.events('nobody')).toEqual([]);
      });

      test('a decision made on an older state is a conflict and writes nothing', async () => {
        await begin();
        expect(await store.append(next(1))).toBe('appended');
        expect(await store.append(next(1, { events: [fact('other')], outbox: [item('late')] }))).toBe('conflict');
        expect(await store.append(next(5, { events: [fact('other')] }))).toBe('conflict');
        expect(await store.append(appending('A', { events: [opened('again')] }))).toBe('conflict');
        expect(await store.append(appending('B', { expectedSeq: 3, events: [fact('x')] }))).toBe('conflict');
        expect(await store.events('A')).toHaveLength(2);
        expect(await store.outboxOf('A')).toEqual([]);
      });

      test('the same press a second time is a repeat, however much was recorded in between', async () => {
        await begin('A', { events: [opened('send'), fact('send', { fact: 'a' }), fact('send', { fact: 'b' })] });
        expect(await store.append(next(3))).toBe('appended');
        const again = next(3, { events: [fact('fresh'), fact('send', { fact: 'c' })], outbox: [item('twice')] });
        expect(await store.append(again)).toBe('repeated');
        expect(await store.append(next(4, { events: [fact('send', { fact: 'c' })] }))).toBe('repeated');
        expect(await store.append(appending('A', { events: [opened('send')] }))).toBe('repeated');
        expect(await store.events('A')).toHaveLength(4);
        expect(await store.outboxOf('A')).toEqual([]);
      });

      test('the same key on another case is another press', async () => {
        await begin('A', { events: [opened('press')] });
        await begin('B', { events: [opened('press')] });
      });

      test('one press cannot record one fact twice for one child', async () => {
        const twice = [opened('p'), fact('p', { child: 'c1' }), fact('p', { child: 'c1' })];
        await expect(store.append(appending('A', { events: twice }))).rejects.toThrow();
        expect(await store.caseById('A')).toBeUndefined();
        await begin('A', { events: [opened('p'), fact('p', { child: 'c1' }), fact('p', { child: 'c2' })] });
      });

      test('a reference that another case bears is refused, and nothing of the new case stays', async () => {
        await begin('A', { row: caseRow('A', { reference: 'TST-7K3F' }) });
        const taken = appending('B', { row: caseRow('B', { reference: 'TST-7K3F' }), outbox: [item('b')] });
        expect(await store.append(taken)).toBe('reference-taken');
        expect(await store.caseById('B')).toBeUndefined();
        expect(await store.events('B')).toEqual([]);
        expect((await store.caseByReference('TST-7K3F'))?.id).toBe('A');
        expect(await store.nextDue()).toBeUndefined();
      });

      test('an append that fails half-way leaves no trace', async () => {
        await begin();
        const bad = next(1, {
          row: caseRow('A', { status: 'ended' }),
          outbox: [item('e')],
          deadlines: [{ ...deadline('A'), title: null as unknown as string }],
        });
        await expect(store.append(bad)).rejects.toThrow();
        expect(await store.events('A')).toHaveLength(1);
        expect((await store.caseById('A'))?.status).toBe('open');
        expect(await store.outboxOf('A')).toEqual([]);
        expect(await store.append(next(1))).toBe('appended');
      });

      test('of two writers, each of 200 appends has one winner and one who is told of the conflict', async () => {
        const other = await another();
        await begin();
        for (let seq = 1; seq <= 200; seq++) {
          const results = await Promise.all(
            [store, other].map((writer, who) => writer.append(next(seq, { events: [fact(`writer-${who}-${seq}`)] }))),
          );
          expect(results.toSorted()).toEqual(['appended', 'conflict']);
        }
        expect(await store.events('A')).toHaveLength(201);
        expect(await store.verifyChains()).toBeUndefined();
      }, 60_000);

      test('appends that run side by side in one program do not mix', async () => {
        const ids = Array.from({ length: 40 }, (_, n) => `case-${n}`);
        const events = (n: number) => (n % 4 === 3 ? [opened('p'), fact('p'), fact('p')] : [opened('p'), fact('p')]); // a fact twice: rolled back
        const results = await Promise.allSettled(
          ids.map((id, n) => store.append(appending(id, { events: events(n) }))),
        );
        expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
        for (const [n, id] of ids.entries()) expect(await store.events(id)).toHaveLength(n % 4 === 3 ? 0 : 2);
        expect(await store.verifyChains()).toBeUndefined();
      });
    });

    describe('keeps what is derived from the log', () => {
      test('the row of a case, with its people, is the one of the last append', async () => {
        await begin();
        const row = caseRow('A', {
          ...{ status: 'stopped', holder: 'early-help', team: 'north', children: 3, updatedAt: at('13:00') },
          people: [
            { person: 'dev', role: 'family-worker' },
            { person: 'asha', role: 'social-worker' },
            { person: 'dev', role: 'lead-professional' },
          ],
        });
        await store.append(next(1, { row }));
        expect(await store.caseById('A')).toEqual(row);
        expect(await store.caseByReference('TST-A')).toEqual(row);
        expect(await store.caseById('B')).toBeUndefined();
        expect(await store.caseByReference('TST-B')).toBeUndefined();
      });

      test('"my cases" are those I am named on, each once: not ended first, newest first', async () => {
        const rows = [
          caseRow('old', { openedAt: at('09:00') }),
          caseRow('ended', { openedAt: at('11:00'), status: 'ended' }),
          caseRow('stopped', { openedAt: at('10:00'), status: 'stopped' }),
          caseRow('not-mine', { people: [{ person: 'bea', role: 'social-worker' }] }),
          caseRow('new', {
            openedAt: at('10:30'),
            people: [
              { person: 'bea', role: 'team-manager' },
              { person: 'asha', role: 'social-worker' },
              { person: 'asha', role: 'lead-professional' },
            ],
          }),
        ];
        for (const row of rows) await begin(row.id, { row });
        const mine = await store.casesOf('asha');
        expect(mine.map(({ id }) => id)).toEqual(['new', 'stopped', 'old', 'ended']);
        expect(mine[0]).toEqual(rows[4]);
        expect(await store.casesOf('nobody')).toEqual([]);
      });

      test('open cases of a council are those not ended, newest first', async () => {
        await begin('a', { row: caseRow('a', { openedAt: at('09:00') }) });
        await begin('b', { row: caseRow('b', { openedAt: at('10:00'), status: 'stopped' }) });
        await begin('c', { row: caseRow('c', { status: 'ended' }) });
        await begin('d', { row: caseRow('d', { council: 'elsewhere' }) });
        const open = await store.openCases('testshire');
        expect(open.map(({ id }) => id)).toEqual(['b', 'a']);
        expect(open[1]).toEqual(caseRow('a', { openedAt: at('09:00') }));
      });

      test('deadlines come back up to the instant and no further, earliest act-by first', async () => {
        const later = deadline('A', { step: 'visit', dueAt: at('17:00', '2026-12-20'), actBy: day('2026-12-18') });
        const sooner = deadline('A', { provisional: true, channel: null, owners: [] });
        const other = deadline('B', { council: 'elsewhere', actBy: day('2026-12-15') });
        await begin('A', { deadlines: [later, sooner] });
        await begin('B', { deadlines: [other] });
        expect(await store.deadlinesUntil(at('17:00', '2026-12-20'))).toEqual([other, sooner, later]);
        expect(await store.deadlinesUntil(at('17:00', '2026-12-20'), 'testshire')).toEqual([sooner, later]);
        expect(await store.deadlinesUntil(at('17:00', '2026-12-16'), 'testshire')).toEqual([sooner]);
        expect(await store.deadlinesUntil(at('16:59', '2026-12-16'))).toEqual([]);
      });

      test('an append rewrites the deadlines of its own case only', async () => {
        await begin('A', { deadlines: [deadline('A'), deadline('A', { step: 'visit' })] });
        await begin('B', { deadlines: [deadline('B')] });
        await store.append(next(1, { deadlines: [deadline('A', { step: 'visit' })] }));
        const left = await store.deadlinesUntil(at('17:00', '2026-12-16'));
        expect(left.map(({ caseId, step }) => `${caseId} ${step}`)).toEqual(['A visit', 'B screening']);
      });
    });

    describe('keeps registers, and what waits for a session', () => {
      const entry = (caseId: string, over: Partial<RegisterRow> = {}): RegisterRow => ({
        ...{ council: 'testshire', list: 'plans', state: 'paused', since: day('2026-12-14'), caseId },
        ...{ reference: `TST-${caseId}`, pathway: 'testshire/step-down' },
        ...over,
      });
      const waits = (caseId: string, over: Partial<WaitingRow> = {}): WaitingRow => ({
        ...{ caseId, reference: `TST-${caseId}`, council: 'testshire', pathway: 'testshire/step-down', cycle: 'panel' },
        ...{ step: 'panel-answer', title: "the panel's answer", team: null, session: day('2026-12-15') },
        ...over,
      });

      test('an entry has the state that was written last, and stays when its case has ended and its family is erased', async () => {
        await begin('A', { lists: [entry('A')] });
        await begin('B', { lists: [entry('B', { since: day('2026-12-01') }), entry('B', { list: 'other' })] });
        await begin('C', { lists: [entry('C', { council: 'elsewhere' })] });
        expect((await store.register('testshire', 'plans')).map(({ caseId }) => caseId)).toEqual(['B', 'A']);
        const now = entry('A', { state: 'closed', since: at('13:00') });
        await store.append(next(1, { lists: [now], row: caseRow('A', { status: 'ended' }) }));
        await store.append(next(2)); // says nothing of registers: nothing changes
        await store.erase('A');
        expect(await store.register('testshire', 'plans')).toEqual([entry('B', { since: day('2026-12-01') }), now]);
        expect(await store.register('testshire', 'plans', 'paused')).toEqual([
          entry('B', { since: day('2026-12-01') }),
        ]);
      });

      test('what waits for a session is the list of the last append, up to the day of the session', async () => {
        await begin('A', {
          row: caseRow('A', { openedAt: at('13:00') }),
          waiting: [waits('A'), waits('A', { step: 's' })],
        });
        await begin('B', { waiting: [waits('B', { session: day('2026-12-22'), team: 'north' })] });
        await begin('C', { waiting: [waits('C', { cycle: 'review' }), waits('C', { council: 'elsewhere' })] });
        const up = async (to: string) =>
          (await store.waitingUntil('testshire', 'panel', day(to))).map(({ caseId }) => caseId);
        expect(await up('2026-12-14')).toEqual([]);
        expect(await up('2026-12-15')).toEqual(['A', 'A']);
        expect(await store.waitingUntil('testshire', 'panel', day('2026-12-22'))).toEqual([
          waits('B', { session: day('2026-12-22'), team: 'north' }),
          waits('A'),
          waits('A', { step: 's' }),
        ]);
        await store.append(next(1));
        expect(await up('2026-12-22')).toEqual(['B']);
      });
    });

    describe('knows whose calendars matter', () => {
      test('those with a meeting that has not ended, with the end of their last one', async () => {
        const later = { start: at('10:00', '2026-12-18'), end: at('11:00', '2026-12-18') };
        await begin('A', { bookings: [booking('A'), booking('A', { step: 'review', eventId: 'event-R', ...later })] });
        await begin('B', { bookings: [booking('B', { organiser: 'ines' })] });
        expect(await store.organisersAfter(at('10:59', '2026-12-16'))).toEqual([
          { organiser: 'grace', last: later.end },
          { organiser: 'ines', last: at('11:00', '2026-12-16') },
        ]);
        expect(await store.organisersAfter(at('11:00', '2026-12-16'))).toEqual([
          { organiser: 'grace', last: later.end },
        ]);
        expect((await store.bookingsOf('grace', NOON)).map(({ eventId }) => eventId)).toEqual(['event-A', 'event-R']);
        expect(await store.bookingsOf('grace', later.end)).toEqual([]);
        await store.append(next(1, { bookings: [booking('A', { organiser: 'ines' })] }));
        expect((await store.organisersAfter(NOON)).map(({ organiser }) => organiser)).toEqual(['ines']);
        await store.append(next(2));
        expect((await store.bookingsOf('ines', NOON)).map(({ caseId }) => caseId)).toEqual(['B']);
      });

      test('and how far each has been read, until it is forgotten', async () => {
        const read = { organiser: 'grace', cursor: '/delta?1', from: NOON, to: at('17:00'), readAt: at('12:30') };
        await store.saveReadDiary(read);
        await store.saveReadDiary({ ...read, organiser: 'ada', cursor: null });
        await store.saveReadDiary({ ...read, cursor: '/delta?2' });
        expect(await store.readDiaries()).toEqual([
          { ...read, organiser: 'ada', cursor: null },
          { ...read, cursor: '/delta?2' },
        ]);
        await store.forgetReadDiary('ada');
        expect((await store.readDiaries()).map(({ organiser }) => organiser)).toEqual(['grace']);
      });
    });

    describe('keeps subscriptions, and the hints that came by them', () => {
      const kept = { resource: '/users/grace/events', id: null, expiresAt: null, dueAt: NOON, tries: 0 };

      test('one for each resource', async () => {
        await store.saveSubscription(kept);
        const made = { ...kept, id: 's1', expiresAt: at('13:00'), dueAt: at('12:45') };
        await store.saveSubscription(made);
        expect(await store.subscriptions()).toEqual([made]);
        await store.forgetSubscription(kept.resource);
        expect(await store.subscriptions()).toEqual([]);
      });

      test('a hint that comes while the last is worked through goes on waiting, and one of nothing known is nobody’s', async () => {
        await store.saveSubscription(kept);
        await store.hint([kept.resource, '/users/nobody/events']);
        await store.hint([kept.resource]);
        expect(await store.hints()).toEqual([{ resource: kept.resource, count: 2 }]);
        await store.hint([kept.resource]);
        await store.hintsDone(kept.resource, 2);
        expect(await store.hints()).toEqual([{ resource: kept.resource, count: 1 }]);
        await store.saveSubscription({ ...kept, id: 's2' });
        expect(await (await another()).hints()).toEqual([{ resource: kept.resource, count: 1 }]);
        await store.hintsDone(kept.resource, 1);
        expect(await store.hints()).toEqual([]);
      });
    });

    describe('finds a child that is on an open case already', () => {
      const child = (name: string, birthDate = '2015-03-27', id = 'c1'): NamedChild => ({
        ...{ child: id, name, birthDate: day(birthDate) },
      });
      const on = (id: string, ...named: NamedChild[]) => begin(id, { children: { named, seen: [] } });
      const found = async (...asked: NamedChild[]) => store.casesWithChildren('testshire', asked);

      test('by name and birth date, however the name was typed', async () => {
        await on('A', child('Perpetua Quillfeather'), child('Zoë-Anne O’Quill', '2018-11-02', 'c2'));
        const same = [
          'Perpetua Quillfeather',
          ' PERPETUA   quillfeather ',
          'Ｐｅｒｐｅｔｕａ Quillfeather',
          'Perpetua, Quillfeather.',
        ];
        for (const name of same)
          expect(await found(child(name, '2015-03-27', 'c7'))).toEqual([{ caseId: 'A', child: 'c7' }]);
        for (const name of ["zoë anne o'quill", 'Zoe\u0308 Anne OQUILL', 'Zoe Oquill'])
          expect(await found(child(name, '2018-11-02'))).toEqual([{ caseId: 'A', child: 'c1' }]);
        for (const name of ['Quillfeather Perpetua', 'Perpetua Quill', '', '-'])
          expect(await found(child(name))).toEqual([]);
        expect(await found(child('Perpetua Quillfeather', '2015-03-28'))).toEqual([]);
        expect(await store.casesWithChildren('elsewhere', [child('Perpetua Quillfeather')])).toEqual([]);
      });

      test('with a middle name on either side', async () => {
        await on('A', child('Ann Lee'));
        await on('B', child('Bo Marie Lee', '2016-01-01'));
        expect(await found(child('Ann Marie Lee'), child('Bo Lee', '2016-01-01', 'c2'))).toEqual([
          { caseId: 'A', child: 'c1' },
          { caseId: 'B', child: 'c2' },
        ]);
      });

      test('on a stopped case too, and no longer on one that has ended or whose children are others now', async () => {
        await on('A', child('Ann Lee'));
        await store.append(next(1, { row: caseRow('A', { status: 'stopped' }) }));
        expect(await found(child('Ann Lee'))).toHaveLength(1);
        await store.append(next(2, { row: caseRow('A', { status: 'ended' }) }));
        expect(await found(child('Ann Lee'))).toEqual([]);
        await store.append(next(3, { children: { named: [child('Bo Lee')], seen: [] } }));
        expect(await found(child('Ann Lee'))).toEqual([]);
        expect(await found(child('Bo Lee'))).toHaveLength(1);
      });

      test('once a family is erased, nothing of it is found', async () => {
        await on('A', child('Ann Lee'));
        await store.erase('A');
        expect(await found(child('Ann Lee'))).toEqual([]);
      });

      test('a case with a child of another open case is not written, unless that one was shown; the draft stays', async () => {
        await on('A', child('Ann Lee'));
        await store.saveDraft(draft('d1'));
        const second = (seen: string[]) =>
          appending('B', { children: { named: [child('Ann M Lee')], seen }, draft: 'd1', outbox: [item('b')] });
        expect(await store.append(second([]))).toBe('overlap');
        expect(await store.events('B')).toEqual([]);
        expect(await store.nextDue()).toBeUndefined();
        expect(await store.draft('d1')).toEqual(draft('d1'));
        expect(await store.append(second(['A']))).toBe('appended');
        expect((await found(child('Ann Lee'))).map(({ caseId }) => caseId).sort()).toEqual(['A', 'B']);
      });

      test('of two that are sent at once, one is written and the other is told', async () => {
        const other = await another();
        const results = await Promise.all([
          store.append(appending('A', { children: { named: [child('Ann Lee')], seen: [] } })),
          other.append(appending('B', { children: { named: [child('Ann Lee')], seen: [] } })),
        ]);
        expect(results.toSorted()).toEqual(['appended', 'overlap']);
      });

      test('nothing that lies on the disk can be compared with a name by somebody without the key', async () => {
        await on('A', child('Perpetua Quillfeather'));
        const folded = (await place.rawBytes()).toString('latin1').toLowerCase();
        for (const word of ['perpetua', 'quillfeather', '2015-03-27']) expect(folded).not.toContain(word);
        for (const guess of ['Perpetua Quillfeather', 'perpetua quillfeather', 'perpetua quillfeather2015-03-27'])
          for (const form of ['hex', 'base64url'] as const)
            expect(folded).not.toContain(createHash('sha256').update(guess).digest(form).toLowerCase());
      });
    });

    test('every case can be gone through', async () => {
      await begin('A');
      await begin('B', { row: caseRow('B', { status: 'ended' }) });
      expect(await store.caseIds()).toEqual(['A', 'B']);
    });

    describe('keeps what is to be carried out', () => {
      const claimed = async (now = NOON, limit = 10, by = store) =>
        (await by.claim(now, addMinutes(now, 5), limit)).map(({ key }) => key);

      test('what an append asks for is claimed with all that was said about it', async () => {
        const asked = item('mail-1', { effect: { kind: 'mail', key: 'mail-1', step: 's', mail: 'm' } });
        await begin('A', { outbox: [asked] });
        expect(await store.claim(NOON, addMinutes(NOON, 5), 10)).toEqual([{ ...asked, attempts: 1, progress: {} }]);
      });

      test('the earliest comes first, then the order of asking; what is not due yet is left', async () => {
        const early = at('11:00');
        await store.enqueue([item('z'), item('a'), item('m', { notBefore: early }), item('b', { caseId: null })]);
        await store.enqueue([item('later', { notBefore: at('12:01') })]);
        expect(await claimed(NOON, 3)).toEqual(['m', 'z', 'a']);
        expect(await claimed()).toEqual(['b']);
        expect(await claimed(at('12:01'))).toEqual(['later']);
      });

      test('the same effect asked for twice is carried out once, for ever', async () => {
        await begin('A', { outbox: [item('once')] });
        await store.append(next(1, { outbox: [item('once', { notBefore: at('11:00') }), item('second')] }));
        expect(await claimed()).toEqual(['once', 'second']);
        await store.done('once', NOON);
        await store.enqueue([item('once')]);
        expect(await claimed(at('18:00'))).toEqual(['second']);
      });

      test('a claimed item is nobody else’s until its lease runs out, and then free again', async () => {
        await store.enqueue([item('x')]);
        const other = await another();
        expect(await claimed()).toEqual(['x']);
        expect(await claimed(at('12:04'), 10, other)).toEqual([]);
        const [again] = await other.claim(at('12:05'), at('12:10'), 10);
        expect(again).toMatchObject({ key: 'x', attempts: 2 });
        expect(await claimed(at('12:09'))).toEqual([]);
      });

      test('two instances that claim at once never take the same item', async () => {
        const other = await another();
        const keys = Array.from({ length: 60 }, (_, n) => `e${String(n).padStart(2, '0')}`);
        await store.enqueue(keys.map((key) => item(key)));
        const taken: string[] = [];
        for (;;) {
          const both = await Promise.all([claimed(NOON, 3), claimed(NOON, 3, other), claimed(NOON, 3)]);
          if (both.flat().length === 0) break;
          taken.push(...both.flat());
        }
        expect(taken.toSorted()).toEqual(keys);
      });

      test('what an attempt noted is there for the next one, and notes add up', async () => {
        await store.enqueue([item('x')]);
        await claimed();
        await store.note('x', { draft: 'd-1', sent: 'no' });
        await store.note('x', { sent: 'asked for' });
        const [again] = await (await another()).claim(at('13:00'), at('13:05'), 1);
        expect(again?.progress).toEqual({ draft: 'd-1', sent: 'asked for' });
      });

      test('a retry waits until its time, with the reason kept', async () => {
        await begin('A', { outbox: [item('x')] });
        await claimed();
        await store.retry('x', at('12:30'), 'Graph answered 503.');
        expect(await claimed(at('12:29'))).toEqual([]);
        expect(await store.outboxOf('A')).toEqual([
          {
            ...item('x', { notBefore: at('12:30') }),
            ...{ attempts: 1, progress: {}, state: 'waiting', lastError: 'Graph answered 503.', doneAt: null },
          },
        ]);
        expect(await claimed(at('12:30'))).toEqual(['x']);
      });

      test('done and given up are never claimed again, and done stays done', async () => {
        await begin('A', { outbox: [item('x'), item('y')] });
        await claimed();
        await store.done('x', at('12:01'));
        await store.giveUp('y', 'The mailbox does not exist.');
        await store.retry('x', at('12:02'), 'too late');
        await store.giveUp('x', 'too late');
        await store.done('x', at('12:03'));
        await store.retry('y', at('12:02'), 'too late');
        expect(await claimed(at('18:00'))).toEqual([]);
        expect((await store.outboxOf('A')).map(({ state, doneAt, lastError }) => [state, doneAt, lastError])).toEqual([
          ['done', at('12:01'), null],
          ['given-up', null, 'The mailbox does not exist.'],
        ]);
      });

      test('an append finishes the item that led to it, in the same transaction', async () => {
        await begin('A', { outbox: [item('book')] });
        await claimed();
        const booked = next(1, { finishes: 'book', events: [fact('book', { recordedAt: at('12:02') })] });
        expect(await store.append({ ...booked, expectedSeq: 7 })).toBe('conflict');
        expect((await store.outboxOf('A'))[0]?.state).toBe('waiting');
        expect(await store.append(booked)).toBe('appended');
        expect((await store.outboxOf('A'))[0]).toMatchObject({ state: 'done', doneAt: at('12:02') });
      });

      test('what waits can be taken back; what has begun cannot', async () => {
        await store.enqueue([item('x'), item('tried', { notBefore: at('11:00') })]);
        await claimed(at('11:00'));
        await store.retry('tried', NOON, 'again');
        expect(await store.withdraw('tried')).toBe(false);
        expect(await store.withdraw('x')).toBe(true);
        expect(await store.withdraw('x')).toBe(false);
        expect(await store.withdraw('never asked for')).toBe(false);
        expect(await claimed()).toEqual(['tried']);
        await store.enqueue([item('x')]);
        expect(await claimed()).toEqual(['x']);
        expect(await store.withdraw('x')).toBe(false);
        await store.done('x', NOON);
        expect(await store.withdraw('x')).toBe(false);
      });

      test('the next due moment is that of the earliest item that anybody may take', async () => {
        expect(await store.nextDue()).toBeUndefined();
        await store.enqueue([item('late', { notBefore: at('15:00') }), item('soon', { notBefore: at('12:30') })]);
        expect(await store.nextDue()).toBe(at('12:30'));
        await store.claim(at('12:30'), at('12:40'), 1);
        expect(await store.nextDue()).toBe(at('12:40')); // when the lease runs out
        await store.done('soon', at('12:31'));
        expect(await store.nextDue()).toBe(at('15:00'));
        await store.claim(at('15:00'), at('15:10'), 1);
        await store.giveUp('late', 'no');
        expect(await store.nextDue()).toBeUndefined();
      });

      test('an item that is put off without an error has not failed', async () => {
        await begin('A', { outbox: [item('x')] });
        await claimed();
        await store.retry('x', at('12:30'), '');
        expect((await store.outboxOf('A'))[0]).toMatchObject({ lastError: null, notBefore: at('12:30') });
        expect(await store.outboxCounts()).toEqual({ waiting: 1, retrying: 0, givenUp: 0 });
      });

      test('counts tell first tries, retries and given up apart', async () => {
        await store.enqueue(['a', 'b', 'c', 'd', 'e'].map((key) => item(key)));
        await store.claim(NOON, addMinutes(NOON, 5), 4);
        await store.retry('b', NOON, 'again');
        await store.giveUp('c', 'no');
        await store.done('d', NOON);
        expect(await store.outboxCounts()).toEqual({ waiting: 2, retrying: 1, givenUp: 1 });
      });
    });

    describe('keeps drafts, posts, conversations and cursors', () => {
      test('a draft comes back as it was saved last, to its owner, newest first', async () => {
        const first = draft('d1');
        const later = draft('d2', { updatedAt: at('13:00'), pages: {}, page: 'visit' });
        await store.saveDraft(draft('d1', { pages: {}, children: 1 }));
        await store.saveDraft(first);
        await store.saveDraft(later);
        await store.saveDraft(draft('theirs', { owner: 'bea' }));
        const fresh = await another();
        expect(await fresh.draft('d1')).toEqual(first);
        expect(await fresh.draftsOf('asha')).toEqual([later, first]);
        await fresh.deleteDraft('d1');
        expect(await store.draft('d1')).toBeUndefined();
      });

      test('a draft keeps which case it comes from, and that an overlap was seen, with the reason sealed', async () => {
        const linked = draft('d1', {
          from: { case: 'A', how: 'take-up' },
          overlap: { shown: ['TST-7K3F'], why: 'Quillfeatherly is the cousin' },
        });
        await store.saveDraft(linked);
        expect(await (await another()).draft('d1')).toEqual(linked);
        expect((await place.rawBytes()).toString('latin1')).not.toContain('Quillfeatherly');
        await store.saveDraft(draft('d1'));
        expect(await store.draft('d1')).toEqual(draft('d1'));
      });

      test('a draft ends when it becomes a case, and only then', async () => {
        await begin('other');
        await store.saveDraft(draft('d1'));
        const taken = appending('A', { draft: 'd1', row: caseRow('A', { reference: 'TST-other' }) });
        expect(await store.append(taken)).toBe('reference-taken');
        expect(await store.draft('d1')).toEqual(draft('d1'));
        expect(await store.append(appending('A', { draft: 'd1' }))).toBe('appended');
        expect(await store.draft('d1')).toBeUndefined();
      });

      test('a message bears one card: what it showed before is forgotten', async () => {
        await store.savePost(post('A/visit/asha', { activityId: '7' }));
        const now = post('A/case/asha', { activityId: '7' });
        await store.savePost(now);
        expect(await store.postsOf('A')).toEqual([now]);
      });

      test('a post, a conversation and a cursor are replaced by key', async () => {
        await store.savePost(post('A/screening/front-door'));
        const edited = post('A/screening/front-door', { digest: 'd2', activityId: '2' });
        await store.savePost(edited);
        const second = post('A/visit/asha', { postedAt: at('13:00'), activityId: '3' });
        await store.savePost(second);
        await store.savePost(post('digest', { caseId: null, activityId: '4' }));
        expect(await store.post('A/screening/front-door')).toEqual(edited);
        expect(await store.postsOf('A')).toEqual([edited, second]);
        expect(await store.post('none')).toBeUndefined();

        const there = { key: 'person/asha', conversationId: 'c', serviceUrl: 's', tenantId: 't' };
        await store.saveConversation({ ...there, userId: null, teamId: 'x' });
        await store.saveConversation({ ...there, userId: '29:asha', teamId: null });
        expect(await store.conversation('person/asha')).toEqual({ ...there, userId: '29:asha', teamId: null });
        expect(await store.conversation('person/bea')).toBeUndefined();

        await store.saveCursor('inbox', 'one');
        await store.saveCursor('inbox', 'two');
        expect(await store.cursor('inbox')).toBe('two');
        expect(await store.cursor('calendar')).toBeUndefined();
      });
    });

    describe('notices what was done to it', () => {
      beforeEach(async () => {
        await begin('A', { events: [opened('o'), fact('a', { personal: { 'c1.name': 'Perpetua' } })] });
        await store.append(next(2));
        await store.append(next(3));
        await begin('B', { events: [opened('o'), fact('a', { personal: { 'c1.name': 'Perpetua' } })] });
        expect(await store.verifyChains()).toBeUndefined();
      });

      const broken = (caseId: string, seq: number) => ({ caseId, seq });

      test('a changed answer', async () => {
        await place.run(
          `update events set clear = '{"answers":{"method":"by telephone"}}' where case_id = 'A' and seq = 3`,
        );
        expect(await store.verifyChains()).toEqual(broken('A', 3));
      });

      test.each([
        ['who recorded it', `"by" = 'someone'`],
        ['when', `recorded_at = '2026-12-13T12:00:00.000Z'`],
        ['when it happened', `"at" = '2026-12-13T12:00:00.000Z'`],
        ['what', `fact = 'consent.refused'`],
        ['for which child', `child = 'c2'`],
        ['by which press', `command_key = 'k'`],
        ['what was sealed', `sealed = null`],
        ['its hash', `hash = prev_hash`],
      ])('a change of %s', async (_, change) => {
        await place.run(`update events set ${change} where case_id = 'A' and seq = 2`);
        expect(await store.verifyChains()).toEqual(broken('A', 2));
      });

      test('an event taken out of the middle', async () => {
        await place.run(`delete from events where case_id = 'A' and seq = 3`);
        expect(await store.verifyChains()).toEqual(broken('A', 3));
      });

      test('an event taken out of the middle and the rest moved up', async () => {
        await place.run(`delete from events where case_id = 'A' and seq = 3`);
        await place.run(`update events set seq = 3 where case_id = 'A' and seq = 4`);
        expect(await store.verifyChains()).toEqual(broken('A', 3));
      });

      test('the last events cut off', async () => {
        await place.run(`delete from events where case_id = 'A' and seq >= 3`);
        expect(await store.verifyChains()).toEqual(broken('A', 3));
      });

      test('all events of a case taken out', async () => {
        await place.run(`delete from events where case_id = 'B'`);
        expect(await store.verifyChains()).toEqual(broken('B', 1));
      });

      test('two events in each other’s place', async () => {
        await place.run(`update events set seq = 99 where case_id = 'A' and seq = 3`);
        await place.run(`update events set seq = 3 where case_id = 'A' and seq = 4`);
        await place.run(`update events set seq = 4 where case_id = 'A' and seq = 99`);
        expect(await store.verifyChains()).toEqual(broken('A', 3));
      });

      test('a ciphertext moved to another event of its case does not open there', async () => {
        await place.run(
          `update events set sealed = (select sealed from events where case_id = 'A' and seq = 2) where case_id = 'A' and seq = 3`,
        );
        expect(await store.verifyChains()).toEqual(broken('A', 3));
        await expect(store.events('A')).rejects.toThrow('does not open');
      });

      test('a ciphertext moved to another case does not open there', async () => {
        await place.run(
          `update events set sealed = (select sealed from events where case_id = 'A' and seq = 2) where case_id = 'B' and seq = 2`,
        );
        await place.run(
          `update case_keys set wrapped = (select wrapped from case_keys where case_id = 'A') where case_id = 'B'`,
        );
        expect(await store.verifyChains()).toEqual(broken('B', 2));
        await expect(store.events('B')).rejects.toThrow('does not open');
        expect(await store.events('A')).toHaveLength(4);
      });
    });

    describe('keeps families private', () => {
      const names = Array.from({ length: 50 }, (_, n) => `Quillfeather${String.fromCharCode(97 + (n % 26))}${n}x`);

      test('of fifty planted names none lies on the disk in the clear, in no file', async () => {
        await begin('A', { events: [opened('o'), fact('p', { answers: { method: 'PlantedInTheClear' } })] });
        for (const [n, name] of names.entries()) {
          await store.saveDraft(draft(`d${n}`, { pages: { family: { 'c1.name': name, story: `About ${name}.` } } }));
          const personal = { 'c1.name': name, 'c1.born': '2019-03-04', network: [name, `aunt of ${name}`] };
          const recorded = next(n + 2, { events: [fact(`n${n}`, { personal, child: 'c1' })] });
          expect(await store.append(n % 2 ? { ...recorded, draft: `d${n}` } : recorded)).toBe('appended');
        }
        const events = await store.events('A');
        for (const name of names) expect(JSON.stringify(events)).toContain(name);

        const raw = await place.rawBytes();
        expect(raw.includes('PlantedInTheClear')).toBe(true); // or this test would see nothing at all
        const folded = raw.toString('latin1').toLowerCase();
        const found = names.filter(
          (name) =>
            folded.includes(name.toLowerCase()) ||
            raw.includes(Buffer.from(name, 'utf16le')) ||
            raw.includes(Buffer.from(name).toString('base64').slice(0, 12)),
        );
        expect(found).toEqual([]);
        expect(folded).not.toContain('2019-03-04');
      });

      test('an erased family is gone, its case goes on, and the chain stays whole', async () => {
        await begin('A', { events: [opened('o'), fact('p', { personal: { 'c1.name': 'Perpetua' } })] });
        await begin('B', { events: [opened('o'), fact('p', { personal: { 'c1.name': 'Quintus' } })] });
        const before = await store.events('A');
        await store.erase('A');
        await store.erase('A'); // twice is once

        const after = await store.events('A');
        expect(after[1]?.event).toEqual(fact('p'));
        expect(after.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
        expect(JSON.stringify(await (await another()).events('A'))).not.toContain('Perpetua');
        expect(JSON.stringify(await store.events('B'))).toContain('Quintus');
        expect(await store.verifyChains()).toBeUndefined();

        expect(await store.append(next(2))).toBe('appended');
        const more = next(3, { events: [fact('q', { personal: { 'c1.name': 'Perpetua' } })] });
        expect(await store.append(more)).toBe('erased');
        expect(await store.verifyChains()).toBeUndefined();
      });
    });

    describe('survives', () => {
      test('a program that ended without closing: all that was acknowledged is there', async () => {
        await begin('A', { outbox: [item('x')], deadlines: [deadline('A')] });
        await store.saveDraft(draft('d1'));
        await store.claim(NOON, addMinutes(NOON, 5), 1);
        const restarted = await another();
        expect(await restarted.events('A')).toEqual(await store.events('A'));
        expect(await restarted.draft('d1')).toEqual(draft('d1'));
        expect(await restarted.deadlinesUntil(at('17:00', '2026-12-16'))).toHaveLength(1);
        expect(await restarted.claim(NOON, addMinutes(NOON, 5), 1)).toEqual([]);
        expect(await restarted.claim(addMinutes(NOON, 5), addMinutes(NOON, 10), 1)).toHaveLength(1);
      });

      test('kill -9 in the middle of writing: all that was acknowledged is there, events and effects alike', async () => {
        const acknowledged = await appendUntilKilled(place, 150);
        const restarted = await another();
        const events = await restarted.events('K');
        expect(acknowledged).toBeGreaterThanOrEqual(150);
        // One more may have been written whose acknowledgement was cut off.
        expect([acknowledged, acknowledged + 1]).toContain(events.length);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
        expect((await restarted.outboxOf('K')).map(({ key }) => key)).toEqual(
          events.slice(1).map((_, index) => `effect-${index + 1}`),
        );
        expect(await restarted.verifyChains()).toBeUndefined();
        const goesOn = appending('K', { expectedSeq: events.length, events: [fact('after the crash')] });
        expect(await restarted.append(goesOn)).toBe('appended');
      }, 60_000);

      test('closing while something is being written: it is let finish', async () => {
        const writing = store.append(appending('A'));
        await store.close();
        expect(await writing).toBe('appended');
        await store.close();
        expect(await (await another()).events('A')).toHaveLength(1);
      });
    });

    test('answers a ping, and not once it is closed', async () => {
      await store.ping();
      await store.close();
      await expect(store.ping()).rejects.toThrow();
    });
  });
}

/** @returns the number of the last event that the child reported before it was killed */
async function appendUntilKilled(place: Place, enough: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(place.forChild)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: {} },
  );
  const ended = once(child, 'exit');
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === enough) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
  return last;
}
