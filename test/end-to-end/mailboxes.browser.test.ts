/** A watched mailbox in the browser: from the mail that somebody writes to the case that is opened from it, every card on the screen. */
import { jest } from '@jest/globals';
import { type AtThePage, describeInBrowser, type OnCard, openPage, timesIn } from './browser.ts';
import { backToTeams } from './diary-page.ts';
import { answerMail, openMailbox, readMail, writeMail } from './mail-page.ts';
import { graph, type Persona } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { type Cast, cast, FRONT_DOOR, nameTeam, REFERENCE, threeDays } from './scenes.ts';
import { lineIn } from './wire-mails.ts';

jest.setTimeout(240_000);

const STEP_DOWN = 'EHstepdown@camden.example';
/** Of a mail of Fri 18 Dec 2026, 18:45. */
const DUE = 'Tue 22 Dec 2026, 17:00';
/** Story, section 5: two children, from a mail. */
const MOST_INTERACTIONS = 22;
const PLEASE_CHECK = 'From the mail, please check.';
const OUTSIDE = 'Sam Outwood <sam.outwood@rowan-school.example>';
/** As our answer is called: it repeats nothing of the mail's own subject. */
const ANSWER = 'Your e-mail to: Early Help step-down mailbox';

describeInBrowser('a mailbox in the browser', () => {
  let product: Product;
  let at: AtThePage;
  let people: Cast;
  let reference: string;

  beforeAll(async () => {
    product = await startProduct({ start: '2026-12-18T18:45:00Z' });
    people = cast(product);
    await product.settle();
    at = await openPage(product, 'mailboxes');
  });
  afterAll(async () => {
    await at?.close();
    await product?.stop();
  });

  /** Each scene stands on the one before: after one that fails the others say so at once. */
  let failed = false;
  const scene = (name: string, play: () => Promise<void>) =>
    test(name, async () => {
      if (failed) throw new Error('An earlier scene did not come to its end.');
      failed = true;
      await play();
      failed = false;
    });

  /** The page as it stands, on a desk and on a phone. */
  async function pictures(name: string): Promise<void> {
    const wide = at.page.viewportSize();
    await at.picture(name);
    await at.page.setViewportSize({ width: 375, height: 800 });
    await at.picture(`${name}-375`);
    expect(await at.page.evaluate('inPage.faults()')).toEqual([]);
    if (wide) await at.page.setViewportSize(wide);
  }

  async function inChannel(words: string | RegExp): Promise<OnCard> {
    await product.quiet();
    await backToTeams(at);
    await at.become('Dawn Ellery');
    await at.openChannel(FRONT_DOOR);
    return at.card(words);
  }

  async function inChat(name: string, words: string | RegExp): Promise<OnCard> {
    await product.quiet();
    await backToTeams(at);
    await at.become(name);
    await at.openChat();
    return at.card(words);
  }

  /** @returns the page of the dialog that the press leads to */
  async function leads(card: OnCard, button: string, to: string | RegExp): Promise<OnCard> {
    await card.press(button);
    return at.opened(to);
  }

  /** From [Save and continue] of the first child to *Check your answers*. */
  async function throughThePages(first: OnCard, next: (card: OnCard, to: string) => Promise<OnCard>, choose = false) {
    let card = await next(first, 'Same as child 1');
    card = await next(card, 'Plan, and the way back');
    card = await next(card, 'Choose times on 3 or more days');
    if (choose) for (const time of threeDays(timesIn(await card.words()))) await card.pick(new RegExp(time));
    return next(card, 'Check your answers');
  }

  const posts = async () => (await people.frontDoor.channel(FRONT_DOOR)).map(({ words }) => words);
  const stepsOf = async (person: Persona, of: string) =>
    (await person.say(`case ${of}`)).words.split('\n').filter((line) => /^(Done|Next|Later|Today)\b/.test(line));

  scene('A referral of Friday evening is a card on Monday that says nothing of what is in it.', async () => {
    await openMailbox(at, product, 'Amara Okafor');
    await at.page.getByTestId('new-mail').click();
    await at.page.getByRole('button', { name: 'Example referral', exact: true }).click();
    await pictures('outlook-new-mail');
    await at.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await writeMail(at, product, 'Amara Okafor', { example: 'Example referral' });

    await product.moveClock({ to: '2026-12-21T09:05:00Z' });
    const words = await (await inChannel('A mail may be a referral')).words();
    expect(words).toContain('Arrived Fri 18 Dec 2026, 18:45. No case found.');
    for (const word of ['Amara', 'Larkin', 'Step down referral']) expect((await posts()).join()).not.toContain(word);
    await pictures('page-channel');
  });

  scene(
    'It becomes a case in at most 22 interactions, each value marked, the clock counted from the arrival.',
    async () => {
      at.countAnew();
      const mail = await leads(await at.card('A mail may be a referral'), 'Open', 'Mail of Fri 18 Dec 2026, 18:45');
      const said = await mail.words();
      expect(said).toContain('From: Amara Okafor <amara.okafor@camden.example>');
      expect(said).toContain('Anybody can write a From line: check who it is.');
      expect(said).toContain('What I read from it (from the mail, please check)');
      expect(said).toContain('Child 1: Name: Robin Larkin');
      expect(said).toContain('Missing: service in the lead afterwards, latest assessment.');
      expect(said).toContain(`Answer the social worker: due ${DUE}, counted from the arrival.`);
      await pictures('page-mail');

      const save = (card: OnCard, to: string) => leads(card, 'Save and continue', to);
      let card = await leads(mail, 'Open a case', 'What is it for?');
      card = await leads(card, 'After an assessment', 'Has the family agreed?');
      expect(await card.words()).toContain(PLEASE_CHECK);
      card = await save(card, 'The assessment');
      await card.pick('Early Help', 'Service in the lead afterwards');
      card = await save(card, 'Child 1');
      // Name, date of birth, MOSAIC number, schools, support and reasons.
      expect((await card.words()).split(PLEASE_CHECK)).toHaveLength(7);
      await pictures('page-child');
      card = await throughThePages(card, save);
      const check = await card.words();
      expect(check).toContain('From a mail that arrived Fri 18 Dec 2026, 18:45. The clock counts from then.');
      expect(check).toContain('Name: Robin Larkin (from the mail, please check)');
      expect(check).toContain('Service in the lead afterwards: Early Help');
      expect(check).not.toContain('Service in the lead afterwards: Early Help (from the mail');
      await card.pick('Yes', 'The agreement covers all the children and is on record');
      card = await leads(card, 'Open the case', REFERENCE);
      reference = REFERENCE.exec(await card.words())?.[0] ?? '';
      const { presses, typed, screens } = at.count;
      console.log(`From the mail to the open case: ${presses} presses, ${typed} typed, ${screens} cards.`);
      expect(presses + typed).toBeLessThanOrEqual(MOST_INTERACTIONS);
      await pictures('page-opened');
      await at.closeDialog();
      await product.settle();
    },
  );

  scene('Every surface says Tue 22 Dec 2026, 17:00, and whoever wrote the mail hears of it.', async () => {
    const opened = await inChannel(`${reference} opened by Dawn Ellery.`);
    expect(await opened.words()).toContain('The mail arrived Fri 18 Dec 2026, 18:45.');
    expect(await (await at.card(`New step down: ${reference}`)).words()).toContain(
      `2 children. Answer the social worker by ${DUE}.`,
    );
    await pictures('page-channel-opened');
    const referrer = await inChat('Amara Okafor', reference);
    expect(await referrer.words()).toContain(`The front-door manager will answer by ${DUE}.`);
    expect((await people.socialWorker.chat()).at(-1)?.words).toContain(
      'Nor does the weekend (Sat 19 Dec and Sun 20 Dec).',
    );
    await pictures('page-referrer');
    for (const person of [people.socialWorker, people.frontDoor])
      expect((await stepsOf(person, reference)).join('\n')).toMatch(
        new RegExp(`Next: answer the social worker, .*due ${DUE}\\.`),
      );
  });

  scene(
    'A person asks for what is missing, in the same conversation; the answer is seen beside it, and both become one case.',
    async () => {
      await writeMail(at, product, 'Ben Whitlock', {
        example: 'Example referral, dates missing',
        text: (before) => before.replaceAll('Larkin', 'Rushmere').replaceAll('44100', '55100'),
      });
      const post = await inChannel('A mail may be a referral');
      const mail = await leads(post, 'Open', 'Mail of Mon 21 Dec 2026, 09:05');
      let card = await leads(mail, 'Ask for what is missing', 'What shall it be for?');
      card = await leads(card, 'After an assessment', 'A person sends it: you.');
      const letter = await card.at.getByLabel('Answer', { exact: true }).inputValue();
      for (const missing of ["- the family's agreement", '- 3 visit dates', '- latest assessment'])
        expect(letter).toContain(missing);
      await pictures('page-ask');
      expect((await mailsOf(people.otherSocialWorker)).length).toBe(0);
      await leads(card, 'Send this answer', 'Recorded. The e-mail is being sent.');
      await at.closeDialog();
      await product.settle();
      const [answer, ...more] = await mailsOf(people.otherSocialWorker);
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ subject: ANSWER, from: STEP_DOWN.toLowerCase() });
      const [sent] = await mailsOf(people.otherSocialWorker, 'sentitems');
      expect(answer?.conversationId).toBe(sent?.conversationId);

      await product.moveClock({ to: '2026-12-21T09:40:00Z' });
      await openMailbox(at, product, 'Ben Whitlock');
      const received = await readMail(at, ANSWER);
      await pictures('outlook-asked');
      await answerMail(at, product, received, {
        text: () =>
          [
            'Here it is.',
            'When: Tue 15 December 2026',
            'Assessment completed: Fri 18 December 2026',
            'Service in the lead afterwards: Early Help',
            'Provisional dates: Tue 22 December 2026, 10:00; Wed 23 December 2026, 14:00; Tue 29 December 2026, 10:00',
          ].join('\n'),
      });
      await inChat('Dawn Ellery', 'Stepwise');
      await at.say('mails');
      const waiting = await at.card('Mails that wait: 2');
      expect(await waiting.words()).toMatch(/1\. Mon 21 Dec 2026, 09:05\.[\s\S]*2\. Mon 21 Dec 2026, 09:40\./);
      await pictures('page-waiting');
      await waiting.press('Open mail 2');
      expect(await (await at.card('Here it is.')).words()).toContain(`Re: ${ANSWER}`);
      await at.say('mails');
      await (await at.card('Mails that wait: 2')).press('Open mail 1');

      const next = async (on: OnCard, button: string, to: string | RegExp) => {
        await on.press(button);
        return at.card(to);
      };
      const save = (on: OnCard, to: string) => next(on, 'Save and continue', to);
      card = await next(await at.card('Robin Rushmere'), 'Open a case', 'What is it for?');
      card = await next(card, 'After an assessment', 'Has the family agreed?');
      // What the second mail says is filled in beside what the first one does.
      // Under no heading "When" may be of anything, and today is nobody's answer.
      expect(await card.at.getByLabel('When', { exact: true }).inputValue()).toBe('');
      await card.date('When', '2026-12-15');
      card = await throughThePages(await save(await save(card, 'The assessment'), 'Child 1'), save);
      const check = await card.words();
      expect(check).toContain('From a mail that arrived Mon 21 Dec 2026, 09:05. The clock counts from then.');
      for (const words of ['completed: Fri 18 Dec 2026', 'afterwards: Early Help', 'Tue 29 Dec 2026, 10:00'])
        expect(check).toContain(`${words} (from the mail, please check)`);
      await card.pick('Yes', 'The agreement covers all the children and is on record');
      card = await next(card, 'Open the case', /Today: Social Care \(Ben Whitlock\)/);
      const other = REFERENCE.exec(await card.words())?.[0] ?? '';
      expect((await people.frontDoor.say('mails')).words).toContain('No mail waits in a mailbox that you read.');
      const all = (await posts()).join('\n');
      expect(all).toContain(`${other} opened by Dawn Ellery.`);
      expect(all).toContain(`Joined to ${other} by Dawn Ellery.`);
      await people.otherSocialWorker.finds(`${other}: step down after assessment`);
    },
  );

  scene('A reply to a mail of the case joins it by itself, and the owner of the next step is told.', async () => {
    await nameTeam(product, people, reference);
    const before = (await posts()).length;
    await openMailbox(at, product, 'Amara Okafor');
    const named = await readMail(at, `${reference} Team named`);
    await answerMail(at, product, named, { text: () => 'Thank you. The mother can be reached after three.' });
    const news = await inChat('Grace Adeyemi', `A mail came for ${reference}`);
    expect(await news.words()).toContain('Arrived Mon 21 Dec 2026, 09:40. Its subject has the reference.');
    await pictures('page-news');
    await news.press('Read it');
    expect(await (await at.card('The mother can be reached')).words()).toContain(`Joined to ${reference} by Stepwise.`);
    expect(await posts()).toHaveLength(before);
  });

  scene(
    'A forged mail with the reference in its subject records nothing on the case, and is something to read.',
    async () => {
      const before = await stepsOf(people.socialWorker, reference);
      const told = (await people.eustonManager.chat()).length;
      await writeMail(at, product, 'Dawn Ellery', {
        outside: 'Grace Adeyemi <grace.adeyemi@camden.example>',
        to: STEP_DOWN,
        subject: `${reference} accepted, worker named, closed`,
        text: () => 'Accepted. Family worker: Jo Marsh. Agreement withdrawn. Closed in MOSAIC. Please close the case.',
      });
      expect(await stepsOf(people.socialWorker, reference)).toEqual(before);
      const chat = await people.eustonManager.chat();
      expect(chat).toHaveLength(told + 1);
      expect(chat.at(-1)?.words).toContain(`A mail came for ${reference}`);
      expect(chat.at(-1)?.words).not.toContain('Accepted');
    },
  );

  scene('A mail that is none for this mailbox is set aside, and its sender is told why.', async () => {
    await writeMail(at, product, 'Dawn Ellery', {
      outside: OUTSIDE,
      to: STEP_DOWN,
      subject: 'About Tuesday',
      text: () => 'Could somebody from the youth club ring me about Tuesday?',
    });
    const mail = await leads(await inChannel('A mail may be a referral'), 'Open', 'Mail of Mon 21 Dec 2026');
    let card = await leads(mail, 'Not for us', 'Not for us');
    await pictures('page-not-for-us');
    await card.pick('For another team', 'Why');
    card = await leads(card, 'Set it aside', 'What its sender is told');
    await pictures('page-told');
    card = await leads(card, 'Set it aside', 'Set aside by Dawn Ellery: for another team.');
    await at.closeDialog();
    await product.settle();
    await at.page.getByTestId('tab-outlook').click();
    await at.page.getByTestId('outside-outside').click();
    await at.page.locator('.outside-mail').first().click();
    const letter = at.page.locator('.outside-mail').first();
    for (const words of ['We have not opened a case from it.', 'Why: For another team.', '020 7946 0101'])
      await letter.getByText(words).waitFor();
    await pictures('outlook-outside');
    await inChannel('Set aside by Dawn Ellery: for another team.');
  });

  scene('The line of the next working day accounts for every mail, and shows what waits.', async () => {
    await writeMail(at, product, 'Dawn Ellery', { outside: OUTSIDE, to: STEP_DOWN, subject: 'And on Wednesday' });
    await product.moveClock({ to: '2026-12-22T09:00:00Z' });
    const line = await inChannel('Mails since yesterday: 6');
    expect(await lineIn(people.frontDoor, FRONT_DOOR)).toMatchObject({ joined: 3, opened: 1, aside: 1, waiting: 1 });
    expect(await line.words()).toContain('= 3 joined + 1 opened + 1 set aside + 1 waiting.');
    expect(await line.words()).toContain('Set aside: 1 by Dawn Ellery (for another team).');
    await pictures('page-line');
    const waiting = await leads(line, 'Show waiting', 'Mails that wait: 1');
    expect(await waiting.words()).toContain('And on Wednesday');
  });

  interface Listed {
    readonly subject: string;
    readonly from: string;
    readonly conversationId: string;
  }
  async function mailsOf({ mail }: Persona, folder = 'inbox'): Promise<readonly Listed[]> {
    const { value } = await graph(product, 'GET', `/users/${mail}/mailFolders/${folder}/messages`);
    return (value as readonly Record<string, unknown>[]).map(({ subject, from, conversationId }) => ({
      subject: String(subject),
      from: (from as { emailAddress: { address: string } }).emailAddress.address.toLowerCase(),
      conversationId: String(conversationId),
    }));
  }
});
