/**
 * One whole pathway of each council besides Camden (whose is the story), played to its end at the sandbox's page: mouse, keyboard, a real
 * browser. All in one sandbox, so that the councils do not get in each other's way either.
 */
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import { stepOfFact } from '../../src/domain/case/steps.ts';
import { type AtThePage, describeInBrowser, openPage } from './browser.ts';
import { playJourney } from './journey.ts';
import { type Met, personAtPage } from './person-at-page.ts';
import { type Product, startProduct } from './product.ts';

jest.setTimeout(240_000);

const HEREFORDSHIRE = [
  'herefordshire/from-plan',
  'From a Child in Need meeting over the allocations list to the end of Early Help’s support',
] as const;
const BARNSLEY = [
  'barnsley/specialist-step-back',
  'A paused assessment begins again, and the family steps back',
] as const;
const KNOWSLEY = [
  'knowsley/planned-step-up',
  'Whole way, MASH advises, the managers are asked, and the family stays',
] as const;
type Name = readonly [pathway: string, name: string];

const protocols = loadProtocols();

function journeyOf([pathway, name]: Name) {
  const example = readExamples(join(PROTOCOLS_FOLDER, protocols.get(pathway).council.id))
    .files.find((file) => file.pathway === pathway)
    ?.examples.find((each) => each.journey && each.name === name);
  if (!example) throw new Error(`${pathway} has no journey "${name}".`);
  return example;
}

test('The journeys played in the browser together use every kind of step, and a consent in mid course.', () => {
  const steps = [HEREFORDSHIRE, BARNSLEY, KNOWSLEY].flatMap((name) => {
    const protocol = protocols.get(name[0]);
    const asked = protocol.opening.pages.flatMap(({ records }) => ('step' in records ? [records.step] : []));
    return journeyOf(name).facts.flatMap((fact) => {
      const step = stepOfFact(protocol, fact.name)?.step;
      return step && !asked.includes(step.id) ? [step.kind] : [];
    });
  });
  expect([...new Set(steps)].sort()).toEqual(['assign', 'consent', 'decide', 'meet', 'record', 'resolve', 'send']);
});

describeInBrowser('a whole pathway of each council in the browser', () => {
  let product: Product;
  let at: AtThePage;

  beforeAll(async () => {
    product = await startProduct({
      start: '2026-11-09T09:00:00Z',
      environment: { COUNCILS: 'barnsley,herefordshire,knowsley' },
    });
    at = await openPage(product, 'journeys');
  });
  afterAll(async () => {
    await at?.close();
    await product?.stop();
  });

  /**
   * @param fromChannel roles who work from the posts in their channel
   * @returns every card on the way as it stood on the screen, and the case card in the end
   */
  async function play(name: Name, fromChannel: readonly string[]) {
    const met: Met[] = [];
    await playJourney(
      product,
      (id) => protocols.get(id),
      name[0],
      journeyOf(name),
      (on, who) => personAtPage(at, on, who, { met, fromChannel }),
    );
    await at.picture(`${name[0]} in the end`);
    return { met, end: met.at(-1)?.words ?? '' };
  }
  const wordsOf = (met: readonly Met[]) => met.map(({ words }) => words).join('\n');
  const inDialogs = (met: readonly Met[]) => met.filter((card) => card.in === 'dialog').map(({ by }) => by);

  test('Herefordshire: from a Child in Need meeting over the allocations list to the end of the support.', async () => {
    const { met, end } = await play(HEREFORDSHIRE, ['eh-team-manager']);
    const words = wordsOf(met);
    // A series, a date that the council has not set, and two consents that were asked on the way.
    expect(words).toMatch(/TAF meeting, .*Every 6 weeks\./);
    expect(words).toContain('The council has not set the day of the Multi Agency Group (MAG) for North.');
    expect(words).toContain('May the Multi Agency Group talk about the family?');
    expect(words).toContain('May this agency have the plan?');
    expect(inDialogs(met)).toContain('Noor Cowley');
    expect(end).toMatch(/^Support ended \w{3} \d/m);
    expect(end).toMatch(/^Today: Early Help \(/m);
  });

  test('Barnsley: a paused assessment begins again, and the family steps back from a specialist service.', async () => {
    const { met, end } = await play(BARNSLEY, ['specialist-service']);
    const words = wordsOf(met);
    expect(words).toContain('say it in writing');
    expect(words).toMatch(/^Done .*: The first TAF meeting took place\.$/m);
    expect(inDialogs(met)).toContain('Tamsin Norrie');
    expect(end).toMatch(/^Stepped back \w{3} \d/m);
    expect(end).toMatch(/^Today: Early Help\.$/m);
    expect(end).toMatch(/^Early Help Assessments: active since/m);
  });

  test('Knowsley: MASH gives advice, the managers take it up the ladder, and the family stays.', async () => {
    const { met, end } = await play(KNOWSLEY, ['mash-duty-sw']);
    const words = wordsOf(met);
    expect(words).toContain('Nothing goes to MASH before you approve.');
    expect(words).toContain('With: own team manager.');
    expect(words).toContain('With: MASH team manager.');
    expect(inDialogs(met)).toContain('Idris Rushton');
    expect(end).toMatch(/^Stays at level 3 \w{3} \d/im);
    expect(end).toMatch(/^Today: Family First 0-18 \(/m);
  });
});
