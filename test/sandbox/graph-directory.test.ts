import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AMARA, type Bench, JO, openBench, pathOf, refusal, STEPDOWN } from './graph-harness.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const EUSTON_WORKERS = '5a7d0c1e-0000-4000-8000-0000000000b2';
const FRONT_DOOR = '5a7d0c1e-0000-4000-8000-0000000000e2';

test('a person is found by id and by address, whatever its case', async () => {
  const byMail = await bench.client.api(`/users/${AMARA.toUpperCase()}`).get();
  const byId = await bench.client.api(`/users/${byMail.id}`).select('displayName,department').get();
  expect(byId).toMatchObject({ displayName: 'Amara Okafor', department: 'Social Work North' });
  expect(await refusal(bench.client.api('/users/nobody@camden.example').get())).toEqual({
    status: 404,
    code: 'Request_ResourceNotFound',
  });
});

test('people can be looked for', async () => {
  const found = await bench.client.api('/users').filter("startswith(displayName,'Jo M')").get();
  expect(found.value.map(({ mail }: { mail: string }) => mail)).toEqual([JO]);
});

test('the members of a group come page by page', async () => {
  const first = await bench.client.api(`/groups/${EUSTON_WORKERS}/members`).top(1).get();
  const second = await bench.client.api(pathOf(first['@odata.nextLink'])).get();
  const names = [...first.value, ...second.value].map(({ displayName }: { displayName: string }) => displayName);
  expect(names).toEqual(['Jo Marsh', 'Kofi Mensah']);
  expect(second['@odata.nextLink']).toBeUndefined();
  expect((await refusal(bench.client.api('/groups/none/members').get())).status).toBe(404);
});

test('a team has General and its own channels', async () => {
  const team = await bench.client.api(`/teams/${FRONT_DOOR}`).get();
  expect(team).toMatchObject({ displayName: 'Early Help Front Door', internalId: '19:fd@thread.tacv2' });
  const { value } = await bench.client.api(`/teams/${FRONT_DOOR}/channels`).get();
  expect(value.map(({ displayName }: { displayName: string }) => displayName)).toEqual(['General', 'Step down']);
});

test('a mailbox says when its owner works, and that a shared one is shared', async () => {
  const settings = await bench.client.api(`/users/${AMARA}/mailboxSettings`).get();
  expect(settings).toMatchObject({
    timeZone: 'GMT Standard Time',
    userPurpose: 'user',
    automaticRepliesSetting: { status: 'disabled' },
    workingHours: { startTime: '09:00:00.0000000', endTime: '17:00:00.0000000' },
  });
  expect((await bench.client.api(`/users/${STEPDOWN}/mailboxSettings`).get()).userPurpose).toBe('shared');
});

test("what Graph does not have is answered in Graph's own shape", async () => {
  const response = await fetch(`${bench.root}/graph/v1.0/nothing/here`);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: {
      code: 'BadRequest',
      message: expect.stringContaining('Resource not found'),
      innerError: {
        date: '2026-12-17T16:20:00',
        'request-id': expect.any(String),
        'client-request-id': expect.any(String),
      },
    },
  });
  const broken = await fetch(`${bench.root}/graph/v1.0/users/${AMARA}/messages`, {
    method: 'POST',
    body: '{"subject":',
  });
  expect([broken.status, ((await broken.json()) as { error: { code: string } }).error.code]).toEqual([
    400,
    'BadRequest',
  ]);
});
