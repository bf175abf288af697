import { graphAutomaticReplies } from '../../../src/adapters/graph/absence.ts';
import { parseInstant } from '../../../src/domain/time/instant.ts';
import { holdAgainstContract, openTenant, PEOPLE, type TestTenant } from './tenant.ts';

const now = parseInstant('2027-01-04T09:00:00Z');
const addresses = PEOPLE.slice(0, 25).map(({ mail }) => mail);

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

const read = (of: readonly string[]) => graphAutomaticReplies(tenant.graph).of(of, now);

test('the automatic replies of twenty-five people are read in two calls, and of nobody in none', async () => {
  expect(await read(addresses)).toEqual([]);
  expect(await read([])).toEqual([]);
  const calls = await tenant.calls();
  expect(calls.filter(({ path }) => path === '/$batch')).toHaveLength(2);
});

test('somebody without a mailbox here, or outside what the app may read, is nobody known to be away', async () => {
  await tenant.fault({ match: { path: '/users/*/mailboxSettings' }, status: 403, times: 1 });
  expect(await read(['worker1@camden.example', 'head@school.example', 'worker2@camden.example'])).toEqual([]);
});

test('where no mailbox at all may be read it is refused, and not worth another try', async () => {
  await tenant.fault({ match: { path: '/users/*/mailboxSettings' }, status: 403, times: 3 });
  await expect(read(addresses.slice(0, 3))).rejects.toMatchObject({ status: 403, again: false });
});

test('what fails inside the call is worth another try', async () => {
  await tenant.fault({ match: { path: '/users/*/mailboxSettings' }, status: 503, times: 1 });
  await expect(read(addresses.slice(0, 3))).rejects.toMatchObject({ status: 503, again: true });
});

holdAgainstContract();
