/** A protocol changes: the cases that run keep the edition under which they began, and new ones begin under the new one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { writeMadeUpCouncil } from './made-up-council.ts';
import { type Persona, persona, type Seen } from './person.ts';
import { type Product, startProduct } from './product.ts';

jest.setTimeout(120_000);

const council = writeMadeUpCouncil();
const file = (name: string) => join(council.folder, 'madeup', name);
let product: Product;

beforeAll(async () => {
  product = await startProduct({
    start: '2026-12-14T09:00:00Z',
    environment: { PROTOCOLS: council.folder, COUNCILS: 'madeup' },
  });
});
afterAll(async () => {
  await product?.stop();
  council.remove();
});

function worker(): Persona {
  const staff = product.people.find(({ role }) => role === 'social-worker');
  if (!staff) throw new Error('Nobody in the sandbox is a social worker.');
  return persona(product, staff.name);
}

async function ask(name: string, born: string): Promise<string> {
  const who = worker();
  let card = await who.press(await who.say('step down'), 'Step down');
  card = await who.press(card, 'Save and continue', { 'Who agreed': ['Mother'] });
  card = await who.press(card, 'Save and continue', { Name: name, 'Date of birth': born });
  card = await who.press(card, /^Send/, { 'Support needed': 'Made up.' });
  await product.settle();
  const reference = /MUP-[A-Z0-9]{4}/.exec(card.words)?.[0];
  if (!reference) throw new Error(card.words);
  return reference;
}

const caseCard = (reference: string): Promise<Seen> => worker().say(`case ${reference}`);

test('a running case keeps its date when the next edition gives another, and a new case gets that one', async () => {
  const first = await ask('Ines Madeup', '1 2 2015');
  expect((await caseCard(first)).words).toContain('due Wed 16 Dec 2026, 17:00');

  const text = readFileSync(file('step-down.yaml'), 'utf8');
  writeFileSync(
    file('step-down-2.yaml'),
    text
      .replace('edition: 1', 'edition: 2')
      .replace('title: step down to Early Help', 'title: step down, as changed')
      .replace(
        'within: 2 working days\n      of: request.received',
        'within: 5 working days\n      of: request.received',
      ),
  );
  await product.restart();

  const second = await ask('Omar Madeup', '3 4 2016');
  const old = await caseCard(first);
  expect(old.words).toContain(`${first}: step down to Early Help`);
  expect(old.words).toContain('due Wed 16 Dec 2026, 17:00');
  const now = await caseCard(second);
  expect(now.words).toContain(`${second}: step down, as changed`);
  expect(now.words).toContain('due Mon 21 Dec 2026, 17:00');
});
