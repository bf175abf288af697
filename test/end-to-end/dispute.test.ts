/** Two teams do not agree who takes the family: the ladder, and the limit that runs on. */
import { jest } from '@jest/globals';
import { mailsIn } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { type Cast, cast, EUSTON, myStep, nameTeam, offerOf, refer } from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
let reference: string;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
  reference = await refer(product, people);
  await product.moveClock({ to: '2026-12-18T10:00:00Z' });
  await nameTeam(product, people, reference);
});
afterAll(() => product?.stop());

const LIMIT = 'Tue 5 Jan 2027';

test('When a team disagrees, the limit stays, someone owns the next step by a date, and the final team cannot refuse.', async () => {
  const { eustonManager, kentishTownManager, serviceManager, headOfService } = people;
  const offer = await eustonManager.finds(offerOf(reference), undefined, 'Not the right team');
  const page = await eustonManager.press(offer, 'Not the right team');
  expect(page.words).toContain(LIMIT);
  await eustonManager.press(page, 'Record the better team', {
    'Better team': 'Kentish Town East',
    'Why, by the threshold document': 'The family moved north of the borough in autumn.',
  });
  await product.settle();

  // Managers of both teams, then the service managers, then the head of service; each by the same limit.
  for (const [manager, other] of [
    [eustonManager, 'The family moved north of the borough in autumn.'],
    [serviceManager, 'The family moved north of the borough in autumn.'],
  ] as const) {
    const dispute = await myStep(manager, reference, 'settling the team');
    expect(dispute.words).toContain(`Due ${LIMIT}, 17:00.`);
    expect(dispute.words).toContain(other);
    const reason = await manager.press(dispute, 'We do not agree');
    await manager.press(reason, 'We do not agree', { Reason: 'The school and the doctor are in the south.' });
    await product.settle();
  }
  // The channel hears with whom it is and by when, and not a word of why (story A12, class C).
  const channel = await eustonManager.finds(/Team being settled/, EUSTON);
  expect(channel.words).toContain('With: heads of service');
  expect(channel.words).toContain(LIMIT);
  expect(channel.words).not.toContain('moved north');

  const last = await myStep(headOfService, reference, 'settling the team');
  expect(last.words).toContain('Your decision is final.');
  expect(last.words).toContain('The school and the doctor are in the south.');
  expect(last.buttons).not.toContain('We do not agree');
  const settle = await headOfService.press(last, 'Agreed');
  await headOfService.press(settle, 'Record the team', { Team: 'Kentish Town East' });
  await product.settle();

  const asked = await kentishTownManager.say(`case ${reference}`);
  expect(asked.words).toContain(LIMIT);
  const next = await kentishTownManager.press(asked, 'Show my next step');
  expect(next.buttons).not.toContain('Not the right team');
  const whole = await people.socialWorker.say(`case ${reference}`);
  expect(whole.words).toContain('Kentish Town East');
  expect(whole.words).toContain(LIMIT);
});

test('nobody outside hears of the disagreement by mail', async () => {
  const subjects = (await mailsIn(product, 'EHstepdown@camden.example')).map(({ subject }) => subject);
  expect(subjects).toEqual([`${reference} Step down referral`]);
});
