/** The sandbox's five steps, by somebody who has no mouse. */
import { jest } from '@jest/globals';
import { describeInBrowser, openBrowser, turnToWeekAfter } from './browser.ts';
import { persona } from './person.ts';
import { type Product, startProduct, until } from './product.ts';
import { NAME_TEAM } from './scenes.ts';

jest.setTimeout(240_000);

/** More stops than this between two buttons, and nobody would find it. */
const MOST_STOPS = 400;

describeInBrowser('the first steps by keyboard only', () => {
  let product: Product;
  let open: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    product = await startProduct();
    open = await openBrowser(product.urls.page, 'guide');
  });
  afterAll(async () => {
    await open?.browser.close();
    await product?.stop();
  });

  test("When a newcomer follows the sandbox's five steps by keyboard only, every step ticks inside ten minutes.", async () => {
    const begun = performance.now();
    const { page, picture } = open;
    const done = async () =>
      ((await (await fetch(`${product.sandbox}/sandbox/guide`)).json()) as { done: boolean[] }).done;
    const ticked = (step: number) =>
      until(
        `step ${step} did not tick`,
        async () => (await done())[step - 1] === true,
        30_000,
        () => trail.join('\n'),
      );
    const trail: string[] = [];

    /** What a screen reader would say of where the focus is. */
    const here = () => page.evaluate('inPage.focused()') as Promise<string>;

    async function reach(name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
      const met: string[] = [];
      for (let stop = 0; stop < MOST_STOPS; stop += 1) {
        const at = await here();
        if (name.test(at)) return;
        met.push(at);
        await page.keyboard.press(key);
      }
      await picture('not-reached');
      throw new Error(`${name} is not to be reached by Tab. Met: ${[...new Set(met)].join(' · ')}`);
    }
    async function press(name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
      await reach(name, key);
      trail.push(`pressed ${name}`);
      await page.keyboard.press('Enter');
    }
    /** Presses a button of the clock. One press passes over mornings without news; while it does, another press is not heard. */
    async function moveBy(name: RegExp): Promise<void> {
      const before = await product.now();
      await press(name);
      await until('the clock did not move', async () => (await product.now()) !== before, 30_000);
      await until(
        'the clock did not come to rest',
        async () => (await page.locator('#clock [aria-busy="true"]').count()) === 0,
        60_000,
      );
      await product.settle();
    }
    const shows = (words: string | RegExp) => page.locator('.card').filter({ hasText: words }).last().waitFor();

    // 1. The social worker sends a referral, filled in by the page.
    // Whom the page begins with.
    await page.getByRole('heading', { name: 'Stepwise', exact: true }).waitFor();
    await shows('Hello. I am Stepwise');
    await press(/^Step down a family$/);
    await shows('Which point are you at?');
    await press(/^After an assessment$/);
    for (const [page, button] of [
      ['Has the family agreed?', /^Save and continue$/],
      ['Date it was, or will be, completed', /^Save and continue$/],
      ['Child 1', /^Save and continue$/],
      ['Outline plan', /^Save and continue$/],
      ['Choose times on 3 or more days', /^Save and continue$/],
      ['Check your answers', /^Send referral$/],
    ] as const) {
      await shows(page);
      await press(/^Fill in for me$/, 'Shift+Tab');
      await press(button);
    }
    await shows(/Referral (sent|recorded)/);
    await product.settle();
    await ticked(1);

    // 2. The front door names a team.
    await press(/^Become (Dawn Ellery|Tomasz Zielinski)/);
    await shows('New step down:');
    await press(/^Open and decide$/);
    await page.getByRole('dialog').waitFor();
    await press(/^Choose a team$/);
    await page.getByRole('dialog').getByText('Families in Focus:').waitFor();
    await reach(/Euston/);
    await page.keyboard.press('Space');
    await press(NAME_TEAM);
    await product.settle();
    await page.keyboard.press('Escape');
    await ticked(2);

    // 3. The Early Help manager books the consultation, lets it pass, names a worker.
    await product.moveClock({ to: '2026-12-18T09:00:00Z' });
    await press(/^Become Grace Adeyemi/);
    await reach(/^Stepwise/);
    await page.keyboard.press('Enter');
    await shows('Show free times');
    await press(/^Show free times$/);
    await shows('Offer and book');
    await reach(/Dec 2026, \d\d:\d\d/);
    await page.keyboard.press('Space');
    await press(/^Offer and book$/);
    await product.settle();
    await shows('It is in the diaries of all who attend.');
    const manager = persona(product, 'Grace Adeyemi');
    const asked = async () =>
      (await manager.chat()).some(({ words }) => words.includes('How did the consultation go?'));
    for (let days = 0; days < 6 && !(await asked()); days += 1) {
      await moveBy(/^\+1 working day$/);
    }
    await shows('How did the consultation go?');
    await press(/^Accept and name worker$/);
    await shows('Family worker');
    await reach(/Jo Marsh/);
    await page.keyboard.press('Space');
    await press(/^Accept and name worker$/);
    await product.settle();
    await ticked(3);

    // 4. In Outlook the visit is moved past its limit, and those who attend are asked what should become of it.
    await page.getByText('take it past its limit').waitFor();
    await press(/^Open Outlook$/);
    await press(/Amara Okafor/);
    await reach(/diary/i);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Amara Okafor’s diary' }).waitFor();
    const visit = page.getByRole('button', { name: /^Move: CAM-.* Joint visit$/ });
    for (let weeks = 0; weeks < 4 && (await visit.count()) === 0; weeks += 1)
      await turnToWeekAfter(page, () => press(/^Week after$/));
    await press(/^Move: CAM-.* Joint visit$/);
    await page.getByRole('dialog').waitFor();
    await reach(/New start/);
    // The second of February reads the same day first and month first.
    await page.keyboard.type('02022027');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('1000');
    await press(/^Move$/);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await ticked(4);
    const asks = await persona(product, 'Amara Okafor').finds('joint visit moved past its limit');
    expect(asks.buttons).toEqual(expect.arrayContaining(['Find a time inside it', 'Keep, and say why']));

    // 5. Time passes, and somebody is told.
    for (let moves = 0; moves < 15 && !(await done())[4]; moves += 1) {
      await moveBy(/^To the next deadline$/);
    }
    await ticked(5);
    await picture('all-five-steps');
    expect((performance.now() - begun) / 60_000).toBeLessThan(10);
    expect(await done()).toEqual([true, true, true, true, true]);
  });
});
