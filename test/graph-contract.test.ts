/** The check itself has to be able to fail, or it holds nothing. */
import { expect, test } from '@jest/globals';
import { assertGraphContract, type Exchange, faultsOfExchange, graphContractIsHere } from './graph-contract.ts';

const described = graphContractIsHere ? test : test.skip;

const subscription = {
  id: 'a',
  resource: 'users/x/events',
  applicationId: null,
  creatorId: null,
  changeType: 'created',
  notificationUrl: 'https://bot.example/hook',
  expirationDateTime: '2026-12-20T16:20:00Z',
};
const asked = {
  changeType: 'created',
  notificationUrl: 'https://bot.example/hook',
  resource: 'users/x/events',
  expirationDateTime: '2026-12-20T16:20:00Z',
};
const exchange = (more: Partial<Exchange> = {}): Exchange => ({
  method: 'POST',
  path: '/subscriptions',
  requestBody: asked,
  status: 201,
  responseBody: subscription,
  ...more,
});

described('an exchange as Graph describes it passes', () => {
  expect(faultsOfExchange(exchange())).toEqual([]);
});

described('a request property that Graph does not have is found, also deep inside', () => {
  expect(faultsOfExchange(exchange({ requestBody: { ...asked, colour: 'red' } }))).toEqual([
    'request.colour is no property of subscription',
  ]);
  const mail = { message: { toRecipients: [{ emailAddress: { address: 'a@b.example', nickname: 'A' } }] } };
  expect(faultsOfExchange({ method: 'POST', path: '/users/x/sendMail', requestBody: mail, status: 202 })).toEqual([
    'request.message.toRecipients[0].emailAddress.nickname is no property of emailAddress',
  ]);
});

described('a field that is missing, invented or ill-typed in an answer is found', () => {
  const { resource: _resource, ...without } = subscription;
  const faults = (responseBody: unknown) => faultsOfExchange(exchange({ responseBody })).join('; ');
  expect(faults(without)).toBe('answer lacks resource of subscription');
  expect(faults({ ...subscription, includeResourceData: 'yes' })).toContain('/includeResourceData must be boolean');
  expect(faults({ ...subscription, mood: 'good' })).toContain('answer.mood is no property of subscription');
  expect(faults({ ...subscription, expirationDateTime: 'Friday' })).toContain('/expirationDateTime must match pattern');
  expect(faults(undefined)).toContain('is missing');
});

described('enums may be written in any case in a request, and in one only in an answer', () => {
  const mail = (contentType: string) => ({ message: { body: { contentType, content: 'x' } } });
  const request = (contentType: string) =>
    faultsOfExchange({ method: 'POST', path: '/users/x/sendMail', requestBody: mail(contentType), status: 202 });
  expect(request('HTML')).toEqual([]);
  expect(request('Markdown').length).toBeGreaterThan(0);
  const answer = (meetingMessageType: string) =>
    faultsOfExchange({
      method: 'GET',
      path: '/users/x/messages/y',
      query: '$select=id',
      status: 200,
      responseBody: { '@odata.type': '#microsoft.graph.eventMessage', id: 'y', meetingMessageType },
    });
  expect(answer('meetingRequest')).toEqual([]);
  expect(answer('MeetingRequest').length).toBeGreaterThan(0);
});

described('paths, query options, statuses and bodies that are not described are found', () => {
  expect(faultsOfExchange({ method: 'GET', path: '/me/messages', status: 200 })).toHaveLength(1);
  expect(faultsOfExchange({ method: 'DELETE', path: '/subscriptions/a', query: '$force=true', status: 204 })).toEqual([
    'query option $force is not declared',
  ]);
  expect(faultsOfExchange({ method: 'DELETE', path: '/subscriptions/a', status: 200, responseBody: {} })).toHaveLength(
    1,
  );
  expect(faultsOfExchange({ method: 'DELETE', path: '/subscriptions/a', status: 204, responseBody: {} })).toHaveLength(
    1,
  );
});

described('all breaches are told at once', () => {
  expect(() => assertGraphContract([exchange({ requestBody: { ...asked, a: 1, b: 2 } })])).toThrow(/^2 breaches/);
});

if (!graphContractIsHere) {
  test('the description of Graph is not in this checkout: its checks were skipped', () => {
    expect(graphContractIsHere).toBe(false);
  });
}
