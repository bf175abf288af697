/** A person at the sandbox's mailboxes: writes a mail, finds one, answers it. */
import type { Locator } from 'playwright-core';
import type { AtThePage } from './browser.ts';
import type { Product } from './product.ts';

/** How people outside the council are called in the form. */
const OUTSIDE = 'Somebody outside the council';

export interface Written {
  /** Fills in the whole mail, before anything else is typed. */
  readonly example?: 'Example referral' | 'Example referral, dates missing';
  /** Somebody outside: `Sam Outwood <sam@school.example>`. Otherwise the person's own mailbox. */
  readonly outside?: string;
  readonly to?: string;
  readonly subject?: string;
  /** What the form holds by then goes in. */
  readonly text?: (before: string) => string;
}

/** @param box the person's own where none is given */
export async function openMailbox(at: AtThePage, product: Product, name: string, box?: string): Promise<void> {
  const { page } = at;
  await at.become(name);
  await page.getByTestId('tab-outlook').click();
  await page.getByTestId(`mailbox-${box ?? product.staff(name).mail}`).click();
  await page.locator('#box-title').waitFor();
  await page
    .locator('.conversation-head')
    .getByText(box ?? product.staff(name).mail)
    .waitFor();
}

export async function writeMail(at: AtThePage, product: Product, name: string, mail: Written): Promise<void> {
  await openMailbox(at, product, name);
  await at.page.getByTestId('new-mail').click();
  await send(at, product, mail);
}

/** Answers the newest mail with this subject, from where it lies. */
export async function answerMail(at: AtThePage, product: Product, mail: Locator, written: Written): Promise<void> {
  await mail.getByRole('button', { name: 'Reply', exact: true }).click();
  await send(at, product, written);
}

async function send(at: AtThePage, product: Product, { example, outside, to, subject, text }: Written): Promise<void> {
  const form = at.page.getByRole('dialog');
  const write = (label: string, words: string) => form.getByLabel(label, { exact: true }).fill(words);
  if (example !== undefined) await form.getByRole('button', { name: example, exact: true }).click();
  if (outside !== undefined) {
    await form.getByLabel('From', { exact: true }).selectOption({ label: OUTSIDE });
    await write('Who outside', outside);
  }
  if (to !== undefined) await write('To', to);
  if (subject !== undefined) await write('Subject', subject);
  if (text) await write('Text', text(await form.getByLabel('Text', { exact: true }).inputValue()));
  await form.getByRole('button', { name: 'Send', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
  await product.settle();
}

/** The newest mail in the open mailbox whose subject has these words, opened. */
export async function readMail(at: AtThePage, subject: string | RegExp): Promise<Locator> {
  const { page } = at;
  await page.locator('.mail-list').getByRole('button').filter({ hasText: subject }).first().click();
  const open = page.getByTestId('mail-open');
  await open.filter({ hasText: subject }).waitFor();
  return open;
}
