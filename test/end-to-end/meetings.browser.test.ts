/**
 * One meeting of each kind, booked from its card and then looked at in Outlook; and what people do to a meeting in Outlook, which its case
 * knows within a minute of the clock. How a case comes to its meeting is played by scripted people; the meeting itself, in the browser.
 */
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import { type AtThePage, describeInBrowser, type OnCard, openPage, timesIn } from './browser.ts';
import { backToTeams, cancelInDiary, findInDiary, moveInDiary } from './diary-page.ts';
import { type InDiaries, inDiaries } from './in-diaries.ts';
import { playJourney } from './journey.ts';
import { persona } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { cast, FRONT_DOOR, MEETINGS, meetingOf, moveBeyond, nameTeam, offerOf, refer } from './scenes.ts';

jest.setTimeout(240_000);

const protocols = loadProtocols();
const SOCIAL_WORK = 'Social Work North';
const FAMILY_FIRST = '19:knowsley-family-first-deadlines@thread.tacv2';

describeInBrowser('meetings in the browser', () => {
  let product: Product;
  let at: AtThePage;

  beforeAll(async () => {
    product = await startProduct({
      start: '2026-11-16T09:00:00Z',
      environment: { COUNCILS: 'camden,herefordshire,knowsley' },
    });
    at = await openPage(product, 'meetings');
  });
  afterAll(async () => {
    await at?.close();
    await product?.stop();
  });

  /** Plays a journey of the examples over the API, up to the fact that is to be done in the browser. @returns the reference */
  async function playUntil(pathway: string, journey: string, last: string, leaves = /^$/): Promise<string> {
    const example = readExamples(join(PROTOCOLS_FOLDER, protocols.get(pathway).council.id))
      .files.find((file) => file.pathway === pathway)
      ?.examples.find((each) => each.journey && each.name === journey);
    if (!example) throw new Error(`${pathway} has no journey "${journey}".`);
    const end = example.facts.findIndex(({ name }) => name === last);
    const facts = example.facts.slice(0, end).filter(({ name }) => !leaves.test(name));
    return (await playJourney(product, (id) => protocols.get(id), pathway, { ...example, facts })).reference;
  }

  /** Somebody's card about a meeting in the own chat, asked for where none is there yet. */
  async function cardOf(name: string, reference: string, meeting: string): Promise<OnCard> {
    await product.quiet();
    await at.become(name);
    await at.openChat();
    const heading = new RegExp(`${reference}: ${meeting}`, 'i');
    if ((await at.page.locator('[data-testid^="message-"]').filter({ hasText: heading }).count()) === 0) {
      await at.say(`case ${reference}`);
      await (await at.card(reference)).press('Show my next step');
    }
    return at.card(heading);
  }

  /** [Show free times], the first one, and the button that books. @returns the words of the page with the times */
  async function book(card: OnCard, button: string, choose = (times: readonly string[]) => times[0] ?? '') {
    await card.press('Show free times');
    const page = await at.card(/You are (both |all )?free:|Those whose diaries are visible are free:/);
    const words = await page.words();
    await page.pick(new RegExp(choose(timesIn(words))));
    await page.press(button);
    await product.settle();
    return words;
  }

  /** The meeting in the organiser's diary on the screen, with a picture; and as it stands everywhere. */
  async function seen(reference: string, meeting: string, organiser: string, picture: string): Promise<InDiaries> {
    const subject = `${reference} ${meeting}`;
    const event = await inDiaries(product, subject);
    const onScreen = await findInDiary(at, product, organiser, event);
    await onScreen.getByText('Private', { exact: true }).waitFor();
    await onScreen.getByText('Organised by you.').waitFor();
    await at.picture(`diary-${picture}`);
    await backToTeams(at);
    expect(event).toMatchObject({ organiser, subject, sensitivity: 'private' });
    // Once in the diary of the organiser and of everybody who is invited, and in nobody else's.
    expect(event.inDiariesOf).toEqual(
      [organiser, ...event.required, ...event.optional, ...event.rooms].sort((a, b) => (a < b ? -1 : 1)),
    );
    expect(event.askedFor).toEqual([
      {
        start: { dateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00$/), timeZone: 'Europe/London' },
        transactionId: expect.stringMatching(/./),
        prefer: expect.stringContaining('IdType="ImmutableId"'),
      },
    ]);
    expect(event.body).toContain(reference);
    for (const word of ['Ashgrove', 'Madeup', 'Made up']) expect(event.body).not.toContain(word);
    return event;
  }

  /** What a channel shows of a case, oldest first. */
  const postsOf = async (channel: string, who: string, reference: string) =>
    (await persona(product, who).channel(channel))
      .map(({ words }) => words)
      .filter((words) => words.includes(reference));

  async function oneMinute(): Promise<void> {
    await product.moveClock({ by: '1 minute' });
  }

  test('Recurring review: the six-weekly TAF of Herefordshire, its first time and the next one.', async () => {
    const worker = 'Delyth Quayle';
    const reference = await playUntil(
      'herefordshire/open-to-early-help',
      "From the request to the end of Early Help's support, with consultation, home visit, group and a TAF meeting",
      'mag-consent.given',
      /^home-visit/,
    );
    const card = await cardOf(worker, reference, 'TAF meeting');
    expect(await card.words()).toContain('Every 6 weeks.');
    const times = await book(card, 'Book and invite');
    expect(times).toContain('Limit Tue 5 Jan 2027.');
    const first = await seen(reference, 'Team around the Family', worker, 'recurring-first');
    expect(first.end.slice(0, 10) <= '2027-01-05').toBe(true);

    await moveBeyond(product, first.end);
    const question = await cardOf(worker, reference, 'Did the TAF meeting take place\\?');
    await question.press('It took place');
    const page = await at.card('Who was there');
    await page.pick(/Mother/);
    await page.type('What was agreed', 'Made up for this test.');
    await page.press('It took place');
    await at.card(/The TAF meeting took place\./);

    // The next one counts from the one that was held, and is offered near its date.
    const next = await cardOf(worker, reference, 'TAF meeting');
    expect(await next.words()).toMatch(/Every 6 weeks\. Last held Wed 25 Nov 2026, 09:00\./);
    const later = await book(next, 'Book and invite');
    expect(later).toContain('Limit Wed 6 Jan 2027.');
    expect(later).toContain('(near its date, Wed 6 Jan 2027; Meeting room 1)');
    const second = await seen(reference, 'Team around the Family', worker, 'recurring-next');
    expect(second).toMatchObject({ rooms: ['Meeting room 1'], required: [] });
    expect(second.start.slice(0, 10)).toBe('2026-12-29');
  });

  test('Step-up TAF: a Wednesday with five working days of notice, both mailboxes of MASH, and a Teams link.', async () => {
    const reference = await playUntil('knowsley/planned-step-up', 'Whole way, stepped up', 'taf.booked');
    expect(await product.now()).toBe('2026-12-17T14:30:00.000Z');
    const times = await book(await cardOf('Dev Marsden', reference, 'step-up TAF'), 'Book and invite');
    expect(timesIn(times)[0]).toBe('Wed 30 Dec 2026, 09:00');
    expect(times).toContain("first Wednesday with 5 working days' notice; invite must go by Mon 21 Dec 2026, 17:00");
    expect(times).toContain('The family and the professionals: Diary not visible. Please ask.');
    const event = await seen(reference, 'Step-up TAF', 'Dev Marsden', 'step-up-TAF');
    expect(event).toMatchObject({
      start: '2026-12-30T09:00:00.000Z',
      end: '2026-12-30T10:30:00.000Z',
      teamsLink: true,
    });
    // The social worker of MASH who leads it, its business support who writes it down, and the two mailboxes.
    expect(event.required).toEqual([
      ...['Idris Rushton', 'Jamila Ackroyd', 'MASH business support', 'Multi-Agency Safeguarding Hub (MASH)'],
    ]);
    expect(event.body).toContain('Chair: MASH duty social worker. Notes: MASH business support.');
    const booked = await cardOf('Dev Marsden', reference, 'step-up TAF, Wed 30 Dec 2026, 09:00');
    expect(await booked.words()).toContain('Chair: Idris Rushton. Notes: Jamila Ackroyd.');

    // Cancelled by its organiser in Outlook, with a word to those invited that is none of the program's business.
    const before = await postsOf(FAMILY_FIRST, 'Dev Marsden', reference);
    const meeting = await findInDiary(at, product, 'Dev Marsden', event);
    await cancelInDiary(at, meeting, 'The family has moved house.');
    await backToTeams(at);
    await oneMinute();
    const lost = await cardOf('Dev Marsden', reference, 'the step-up TAF needs a new time');
    expect(await lost.words()).toContain('Taken out of the diary in Outlook. It needs a new time.');
    expect(await lost.words()).toContain('Show free times');
    const posts = await postsOf(FAMILY_FIRST, 'Dev Marsden', reference);
    expect(posts).toHaveLength(before.length + 1);
    expect(posts.at(-1)).toContain(`${reference}: step-up TAF needs a new date`);
    expect(posts.join()).not.toContain('moved house');
    await expect(inDiaries(product, event.subject)).rejects.toThrow('stands 0 times');
  });

  describe('Camden', () => {
    let reference: string;
    let visit: InDiaries;

    test('Consultation: in the diary of the Early Help manager, inside five working days.', async () => {
      await product.moveClock({ to: '2026-12-17T16:20:00Z' });
      const people = cast(product);
      reference = await refer(product, people);
      await nameTeam(product, people, reference);
      await at.become('Grace Adeyemi');
      await at.openChat();
      const times = await book(await at.card(offerOf(reference)), 'Offer and book');
      expect(times).toMatch(/Limit Thu 24 Dec 2026/);
      const event = await seen(reference, 'Consultation', 'Grace Adeyemi', 'consultation');
      expect(event).toMatchObject({ required: ['Amara Okafor'], optional: [], teamsLink: true });
      expect(event.end <= '2026-12-24T17:00').toBe(true);
    });

    test('Panel: the session of the next Tuesday, from the card in the channel.', async () => {
      const people = cast(product);
      const other = await refer(product, people);
      await at.become('Dawn Ellery');
      await at.openChannel(FRONT_DOOR);
      await (await at.card(`New step down: ${other}`)).press('Open and decide');
      await (await at.opened('What should happen?')).press('Refer to panel');
      const page = await at.opened('In short');
      await page.pick('Complex family');
      await page.type('In short', 'Two services have worked with the family, and neither fits by itself.');
      await page.press('Refer to panel');
      await at.closeDialog();
      await product.settle();
      const event = await seen(other, 'Early Help Panel', 'Dawn Ellery', 'panel');
      expect(event).toMatchObject({ start: '2026-12-22T10:00:00.000Z', teamsLink: true });
      expect(event.required).toEqual(['Amara Okafor']);
    });

    test('Joint visit: booked by itself once a worker is named, at the first of the times offered.', async () => {
      const people = cast(product);
      const consultation = await meetingOf(people.eustonManager, reference, MEETINGS.consultation);
      await moveBeyond(product, consultation.end);
      const question = await cardOf('Grace Adeyemi', reference, 'How did the consultation go\\?');
      await question.press('Accept and name worker');
      const page = await at.card('Family worker');
      await page.pick('Jo Marsh');
      await page.press('Accept and name worker');
      await product.settle();
      visit = await seen(reference, 'Joint visit', 'Amara Okafor', 'joint-visit');
      expect(visit).toMatchObject({
        required: ['Jo Marsh'],
        place: 'Family home (address in the case)',
        teamsLink: false,
      });
      expect(visit.end <= '2027-01-05T17:00').toBe(true);
    });

    test('The visit is moved inside its limit in Outlook: the card says so, and nobody is told.', async () => {
      const before = [
        await postsOf(SOCIAL_WORK, 'Amara Okafor', reference),
        await postsOf('Euston', 'Jo Marsh', reference),
      ];
      await moveVisit('2027-01-05T14:00');
      const told = 'Moved in Outlook to Tue 5 Jan 2027, 14:00. Inside the limit.';
      for (const name of ['Amara Okafor', 'Jo Marsh']) {
        const words = await (await cardOf(name, reference, 'joint visit, Tue 5 Jan 2027, 14:00')).words();
        expect(words).toContain(told);
      }
      await at.picture('card-moved-inside-the-limit');
      expect([
        await postsOf(SOCIAL_WORK, 'Amara Okafor', reference),
        await postsOf('Euston', 'Jo Marsh', reference),
      ]).toEqual(before);
    });

    test('Moved past its limit, those who attend are asked and the channel is told once; one press puts it back.', async () => {
      const before = await postsOf(SOCIAL_WORK, 'Amara Okafor', reference);
      await moveVisit('2027-01-07T10:00');
      const needs = `${reference}: joint visit needs a new date, limit Tue 5 Jan 2027`;
      for (const name of ['Jo Marsh', 'Amara Okafor']) {
        const words = await (await cardOf(name, reference, 'joint visit moved past its limit')).words();
        for (const button of ['Find a time inside it', 'Keep, and say why', 'Put it back'])
          expect(words).toContain(button);
      }
      await at.openChannel(SOCIAL_WORK);
      await at.card(needs);
      await at.picture('channel-past-its-limit');
      expect(await postsOf(SOCIAL_WORK, 'Amara Okafor', reference)).toHaveLength(before.length + 1);

      const card = await cardOf('Amara Okafor', reference, 'joint visit moved past its limit');
      await card.press('Put it back');
      await product.settle();
      await oneMinute();
      const words = await (await cardOf('Jo Marsh', reference, 'joint visit, Tue 5 Jan 2027, 14:00')).words();
      expect(words).toContain('It is in the diaries of all who attend.');
      const back = await inDiaries(product, `${reference} Joint visit`);
      expect([back.id, back.start]).toEqual([visit.id, '2027-01-05T14:00:00.000Z']);
    });

    test('Moved past its limit again and kept with a reason, the channel reads that there is one, and not which.', async () => {
      await moveVisit('2027-01-08T10:00');
      const before = await postsOf(SOCIAL_WORK, 'Amara Okafor', reference);
      const card = await cardOf('Jo Marsh', reference, 'joint visit moved past its limit');
      await card.press('Keep, and say why');
      const page = await at.card('keep the time of the joint visit');
      expect(await page.words()).toContain('It is now Fri 8 Jan 2027, 10:00.');
      await page.pick('No shared time', 'What got in the way');
      await page.press('Keep this time');
      await product.settle();
      await at.become('Amara Okafor');
      await at.openChannel(SOCIAL_WORK);
      const kept = `${reference}: joint visit 3 working days past its limit.`;
      expect(await (await at.card(kept)).words()).toContain('Reason recorded. New date Fri 8 Jan 2027.');
      // Earlier posts are kept true: they say the same now. One has come for it.
      const posts = await postsOf(SOCIAL_WORK, 'Amara Okafor', reference);
      expect(posts).toHaveLength(before.length + 1);
      expect(posts.join()).not.toContain('No shared time');
      expect((await inDiaries(product, `${reference} Joint visit`)).id).toBe(visit.id);
    });

    async function moveVisit(start: string): Promise<void> {
      const now = await inDiaries(product, `${reference} Joint visit`);
      const meeting = await findInDiary(at, product, 'Amara Okafor', now);
      await moveInDiary(at, meeting, start);
      await backToTeams(at);
      await oneMinute();
    }
  });

  test('Final Child in Need review and first TAF in one: asked for before it, declined, and taken out of the diary.', async () => {
    const reference = await playUntil(
      'camden/after-cin-review',
      'Whole way, the worker came to the review',
      'review.booked',
    );
    const offered = await book(
      await cardOf('Amara Okafor', reference, 'final Child in Need review'),
      'Book the review',
    );
    expect(offered).toMatch(/Wed 27 Jan 2027, [\d:]+ \(the day that was planned/);
    const event = await seen(reference, 'Final Child in Need review', 'Amara Okafor', 'final-review');
    expect(event.start.slice(0, 10)).toBe('2027-01-27');
    expect(event.required).toEqual(['Carys Bevan', 'Jo Marsh']);
    expect(event.body).toContain('This meeting is Final Child in Need review and Initial TAF.');

    const inJos = await findInDiary(at, product, 'Jo Marsh', event);
    await inJos.getByRole('button', { name: /^Decline: / }).click();
    // Outlook takes what somebody has declined out of their diary.
    await inJos.waitFor({ state: 'detached' });
    await at.picture('diary-declined');
    await backToTeams(at);
    await oneMinute();
    await at.become('Amara Okafor');
    await at.openChat();
    const owner = await at.card('The family worker cannot come.');
    for (const words of ['Other times', 'Go on without']) expect(await owner.words()).toContain(words);
    await at.become('Grace Adeyemi');
    await at.openChat();
    const manager = await at.card('The family worker cannot come. Choose a time or a worker.');
    await manager.press('Name another worker');
    const page = await at.card('Name the worker');
    await page.pick('Kofi Mensah');
    await page.press('Name the worker');
    await product.settle();
    const changed = await inDiaries(product, event.subject);
    expect([changed.id, changed.start]).toEqual([event.id, event.start]);
    expect(changed.required).toEqual(['Carys Bevan', 'Kofi Mensah']);
    expect(changed.inDiariesOf).toEqual(['Amara Okafor', 'Carys Bevan', 'Kofi Mensah', 'Meeting room 1']);

    const inAmaras = await findInDiary(at, product, 'Amara Okafor', event);
    await inAmaras.getByRole('button', { name: /^Delete: / }).click();
    await inAmaras.waitFor({ state: 'detached' });
    await backToTeams(at);
    await oneMinute();
    const needs = `${reference}: final Child in Need review needs a new date`;
    await at.openChannel(SOCIAL_WORK);
    await at.card(needs);
    await at.picture('channel-taken-out');
    expect(
      (await postsOf(SOCIAL_WORK, 'Amara Okafor', reference)).filter((words) => words.includes(needs)),
    ).toHaveLength(1);
    const lost = await cardOf('Amara Okafor', reference, 'the final Child in Need review needs a new time');
    expect(await lost.words()).toContain('Taken out of the diary in Outlook. It needs a new time.');
    expect(await lost.words()).toContain('Show free times');
    await expect(inDiaries(product, event.subject)).rejects.toThrow('stands 0 times');
  });
});
