/** What each council has to fill in before families depend on the program. */

import { withLocalValues } from '../../src/adapters/local-values.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { toFillIn } from '../../src/application/to-fill-in.ts';
import { parseDay } from '../../src/domain/time/instant.ts';

const protocols = loadProtocols();

function of(id: string, local: Parameters<typeof withLocalValues>[1] = {}) {
  const own = protocols.all().filter(({ council }) => council.id === id);
  const [first] = own;
  if (!first) throw new Error(`There is no pathway of ${id}.`);
  const council = withLocalValues(first.council, local);
  return toFillIn(
    council,
    own.map((protocol) => ({ ...protocol, council })),
  );
}

const where = (id: string, local = {}) => of(id, local).map((each) => each.where);

test('Barnsley: the day of the weekly review and of the panel, an address, and the number for the night', () => {
  expect(where('barnsley')).toEqual([
    'safeguarding.outOfHours',
    'mailboxes.record-of-contact',
    'cycles.one-to-one-review.weekday',
    'cycles.early-help-panel.weekday',
  ]);
  const [, , review] = of('barnsley');
  expect(review).toMatchObject({
    what: 'day of the weekly review of requests for one to one support',
    rules: ['BSC-N-03'],
  });
  expect(review?.why).toMatch(/^Until then there is no date for: ./);
});

test('Knowsley: whoever leads on child protection, and a first day for each of its three meetings', () => {
  expect(where('knowsley')).toEqual([
    'safeguarding.daytime',
    'safeguarding.outOfHours',
    'mailboxes.cp-lead',
    'cycles.qa-meeting.from',
    'cycles.step-up-log-review.from',
    'cycles.step-down-meeting.from',
  ]);
});

test('Herefordshire: a weekday, and days for each locality that has none', () => {
  expect(where('herefordshire')).toContain('cycles.transfer-meeting.weekday');
  const mag = (local = {}) => of('herefordshire', local).find((each) => each.where === 'cycles.mag.dates')?.what;
  expect(mag()).toBe('days (hereford, north, south) of the Multi Agency Group (MAG)');
  expect(mag({ cycles: { mag: { dates: { north: [parseDay('2027-01-14')] } } } })).toContain('days (hereford, south)');
});

test('Camden: the numbers to ring, as every forum of its has its day', () => {
  expect(where('camden')).toEqual(['safeguarding.daytime', 'safeguarding.outOfHours']);
});

test('what the installation fills in is asked for no longer', () => {
  const filled = {
    safeguarding: { daytime: '0151 496 0001', outOfHours: '0151 496 0002' },
    mailboxes: { 'cp-lead': 'cp.lead@knowsley.example' },
    cycles: Object.fromEntries(
      ['qa-meeting', 'step-up-log-review', 'step-down-meeting'].map((name) => [name, { from: parseDay('2027-01-13') }]),
    ),
  };
  expect(of('knowsley', filled)).toEqual([]);
});
