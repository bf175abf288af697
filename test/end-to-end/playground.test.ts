/**
 * Microsoft's own Agents Playground on the running bot: the social worker's part, and one decision in a channel. It has one
 * user a process and no dialogs, and was written by no one here.
 */
import { jest } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { describeInBrowser, type OnCard, openBrowser, timesIn } from './browser.ts';
import { mailsIn } from './person.ts';
import { answers, freePort, type Product, type Running, run, startProduct, until } from './product.ts';
import { FAMILY, NAME_TEAM, REFERENCE, threeDays } from './scenes.ts';

jest.setTimeout(180_000);

describeInBrowser("Microsoft's Agents Playground", () => {
  let product: Product;
  const playgrounds: Running[] = [];
  let worker: Player;
  let manager: Player;

  beforeAll(async () => {
    product = await startProduct();
    // The manager first: the bot posts to the place from which it last heard.
    manager = await play('Dawn Ellery');
    worker = await play('Amara Okafor');
  });
  afterAll(async () => {
    await worker?.close();
    await manager?.close();
    await Promise.all(playgrounds.map((each) => each.stop()));
    await product?.stop();
  });

  interface Player {
    goTo(place: RegExp): Promise<void>;
    say(words: string): Promise<void>;
    /** In a channel a bot hears only what mentions it. */
    mention(words: string): Promise<void>;
    card(words: string | RegExp): Promise<OnCard>;
    close(): Promise<void>;
  }

  async function play(name: string): Promise<Player> {
    const port = await freePort();
    const running = run(['src/cli/stepwise.js', 'playground', '--as', name, '--port', String(port)], {
      PORT: new URL(product.bot).port,
      DATA_DIR: product.dataDir,
    });
    playgrounds.push(running);
    const address = `http://127.0.0.1:${port}`;
    await until(
      'the playground did not come up',
      () => answers(address),
      30_000,
      () => running.output(),
    );
    const { browser, page, meet } = await openBrowser(address, `playground-${name.split(' ')[0]?.toLowerCase()}`);
    const cards = (): Locator => page.locator('.ac-adaptiveCard');
    return {
      async goTo(place) {
        await page.getByRole('treeitem', { name: place }).first().click();
      },
      async say(words) {
        await page.locator('div[role=textbox]').first().fill(words);
        await page.getByRole('button', { name: 'Send Message' }).click();
      },
      async mention(words) {
        const box = page.locator('div[role=textbox]').first();
        await box.click();
        await box.pressSequentially('@');
        await page.getByRole('menuitem', { name: 'Stepwise' }).click();
        await box.pressSequentially(` ${words}`);
        await page.getByRole('button', { name: 'Post' }).click();
      },
      card: (words) => meet(cards().filter({ hasText: words }).last(), words),
      close: () => browser.close(),
    };
  }

  test('the social worker sends a referral, and a manager names the team in the channel', async () => {
    await manager.goTo(/Personal Chat/);
    await manager.card('I am Stepwise, a computer program');
    // From here on the bot knows this place as the channel's.
    await manager.goTo(/Step down/);
    await manager.mention('hello');
    await manager.card('I post deadlines here, without names.');

    await worker.goTo(/Personal Chat/);
    await worker.card('I am Stepwise, a computer program');
    await worker.say('step down');
    await (await worker.card('Which point are you at?')).press('After an assessment');
    const agreement = await worker.card('Has the family agreed?');
    await agreement.pick('Mother');
    await agreement.pick('In person');
    await agreement.press('Save and continue');
    const assessment = await worker.card('Date it was, or will be, completed');
    await assessment.date('Date it was, or will be, completed', '2026-12-17');
    await assessment.pick('Early Help', 'Service in the lead afterwards');
    await assessment.press('Save and continue');
    const [first] = FAMILY.children;
    if (!first) throw new Error('The family has a child.');
    const child = await worker.card('Child 1');
    await child.type('Name', first.name);
    await child.type('Date of birth', first.born);
    await child.type('MOSAIC number', first.mosaic);
    await child.type('Schools', first.schools);
    await child.type('Support needed from Early Help', first.support);
    await child.type('Reasons social care became involved', first.reasons);
    await child.press('Save and continue');
    const plan = await worker.card('Outline plan');
    await plan.type('Outline plan', FAMILY.outline);
    await plan.type('When should the family come back to social care?', FAMILY.wayBack);
    await plan.press('Save and continue');
    const times = await worker.card('Choose times on 3 or more days for the joint visit.');
    for (const time of threeDays(timesIn(await times.words()))) await times.pick(new RegExp(time));
    await times.press('Save and continue');
    const check = await worker.card('Check your answers');
    await check.pick(/The agreement covers/);
    await check.press('Send referral');
    const sent = await worker.card(/Referral (sent|recorded): CAM-/);
    const reference = REFERENCE.exec(await sent.words())?.[0] ?? '';
    await product.settle();
    expect((await mailsIn(product, 'EHstepdown@camden.example')).map(({ subject }) => subject)).toEqual([
      `${reference} Step down referral`,
    ]);

    const post = await manager.card(`New step down: ${reference}`);
    expect(await post.words()).not.toContain('Ashgrove');
    await post.press('Open and decide');
    await manager.goTo(/Personal Chat/);
    const detail = await manager.card('What should happen?');
    expect(await detail.words()).toContain('Robin Ashgrove');
    await detail.press('Choose a team');
    const page = await manager.card('Families in Focus:');
    await page.pick(/Euston: /);
    await page.press(NAME_TEAM);
    await manager.card(`${reference}: Euston named.`);
    await product.settle();
    await manager.goTo(/Step down/);
    const final = await manager.card(`${reference}: Euston named.`);
    expect(await final.words()).toContain('Decided by Dawn Ellery');
  });
});
