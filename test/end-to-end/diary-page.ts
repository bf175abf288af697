/** A person at the sandbox's Outlook: finds a meeting in a diary, moves it, answers it, takes it out. */
import type { Locator } from 'playwright-core';
import { type AtThePage, turnToWeekAfter } from './browser.ts';
import type { Product } from './product.ts';

/** A meeting is looked for in this and so many weeks to come. */
const WEEKS = 12;

/** @param start UTC; a series has one subject for all its times. @returns the meeting in the week that is then on the screen */
export async function findInDiary(
  at: AtThePage,
  product: Product,
  name: string,
  { subject, start }: { readonly subject: string; readonly start: string },
): Promise<Locator> {
  const { page } = at;
  await at.become(name);
  await page.getByTestId('tab-outlook').click();
  await page.getByTestId(`diary-${product.staff(name).aadObjectId}`).click();
  await page.getByRole('heading', { name: `${name}’s diary` }).waitFor();
  // Whose diary was looked at last is shown at the week where it was left.
  await page.getByTestId('week-this').click();
  await page.locator('.diary-day.today').waitFor();
  const day = page.locator(`section[aria-labelledby="day-${start.slice(0, 10)}"]`);
  const meeting = day.getByRole('article', { name: subject, exact: true });
  for (let week = 0; week < WEEKS && (await meeting.count()) === 0; week += 1)
    await turnToWeekAfter(page, () => page.getByTestId('week-after').click());
  await meeting.waitFor();
  return meeting;
}

export async function backToTeams({ page }: AtThePage): Promise<void> {
  await page.getByTestId('tab-teams').click();
}

/** @param start London time as it is typed, `2027-01-06T10:00` */
export async function moveInDiary({ page }: AtThePage, meeting: Locator, start: string): Promise<void> {
  await meeting.getByRole('button', { name: /^Move: / }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('New start, London time').fill(start);
  await form.getByRole('button', { name: 'Move', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
}

/** By its organiser, for everybody. */
export async function cancelInDiary({ page }: AtThePage, meeting: Locator, words: string): Promise<void> {
  await meeting.getByRole('button', { name: /^Cancel: / }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel(/^Message to those invited/).fill(words);
  await form.getByRole('button', { name: 'Cancel the meeting', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
  await meeting.waitFor({ state: 'detached' });
}
