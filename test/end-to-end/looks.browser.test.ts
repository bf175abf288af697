/** How the cards of a whole case look: narrow, large, dark, in high contrast. */
import { jest } from '@jest/globals';
import { describeInBrowser, openBrowser } from './browser.ts';
import { type Product, startProduct } from './product.ts';
import { acceptFamily, type Cast, cast, EUSTON, FRONT_DOOR, nameTeam, refer, writeReferral } from './scenes.ts';

jest.setTimeout(180_000);

describeInBrowser('how cards look', () => {
  let product: Product;
  let people: Cast;
  let open: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    product = await startProduct({ start: '2026-12-17T10:00:00Z' });
    people = cast(product);
    const reference = await refer(product, people);
    await nameTeam(product, people, reference);
    await acceptFamily(product, people, reference);
    for (const person of [people.socialWorker, people.eustonManager, people.eustonWorker])
      await person.say(`case ${reference}`);
    await writeReferral(people.otherSocialWorker);
    await people.socialWorkManager.say('help');
    await product.moveClock({ by: '1 working day' });
    open = await openBrowser(product.urls.page, 'looks', { width: 320, height: 800 });
  });
  afterAll(async () => {
    await open?.browser.close();
    await product?.stop();
  });

  test('When any card is drawn at 320 px, 200 % zoom, dark and high contrast, no text is cut and every input has a label.', async () => {
    const { page, picture } = open;
    const { tenant, channels } = { tenant: people, channels: product.channels };
    const idOf = (team: string) =>
      channels.find(({ name }) => name === team)?.id ??
      channels.find((each) => each.team === product.teams.find(({ name }) => name === team)?.id)?.id;
    const places = [
      [tenant.socialWorker, undefined],
      [tenant.otherSocialWorker, undefined],
      [tenant.frontDoor, undefined],
      [tenant.frontDoor, FRONT_DOOR],
      [tenant.eustonManager, undefined],
      [tenant.eustonManager, EUSTON],
      [tenant.eustonWorker, undefined],
    ] as const;
    const looks = [
      { name: 'narrow', width: 320, zoom: 1, theme: 'light' },
      { name: 'large', width: 640, zoom: 2, theme: 'light' },
      { name: 'dark', width: 320, zoom: 1, theme: 'dark' },
      { name: 'contrast', width: 320, zoom: 1, theme: 'contrast' },
    ];
    const faults: string[] = [];
    for (const [person, team] of places) {
      for (const look of looks) {
        await page.setViewportSize({ width: look.width, height: 900 });
        const kept = [person.aadObjectId, team === undefined ? '' : (idOf(team) ?? ''), look.theme];
        await page.evaluate(`inPage.look(...${JSON.stringify(kept)})`);
        await page.reload();
        await page.locator('html[data-ready] .card').first().waitFor();
        await page.evaluate(`inPage.zoom(${look.zoom})`);
        const found = (await page.evaluate('inPage.faults()')) as string[];
        const where = `${look.name}, ${person.name}, ${team ?? 'own chat'}`;
        faults.push(...found.map((fault) => `${where}: ${fault}`));
        await picture(where);
      }
    }
    expect([...new Set(faults)]).toEqual([]);
  });
});
