import { expect, test } from 'vitest';
import { defineOperation, type Method } from '../operation';
import { createRouter } from './router';

const operation = (method: Method, path: `/${string}`) =>
  defineOperation(
    { id: `${method} ${path}`, method, path, tag: 'Events', summary: '', permission: 'events.read' },
    async () => undefined,
  );
const match = createRouter([
  operation('GET', '/events/{id}'),
  operation('GET', '/events/feed'),
  operation('DELETE', '/events/{id}'),
  operation('PUT', '/groups/{id}/nested/{childId}'),
]);

test('a literal segment wins over a parameter', () => {
  expect(match('GET', '/events/feed')).toMatchObject({ operation: { id: 'GET /events/feed' }, params: {} });
  expect(match('GET', '/events/7')).toMatchObject({ params: { id: '7' } });
  expect(match('DELETE', '/events/feed')).toMatchObject({ params: { id: 'feed' } });
});

test('parameters are decoded, and what cannot be decoded stays', () => {
  expect(match('PUT', '/groups/a%2Fb/nested/%E2%82%AC')).toMatchObject({ params: { id: 'a/b', childId: '€' } });
  expect(match('GET', '/events/%zz')).toMatchObject({ params: { id: '%zz' } });
});

test('another method tells which there are; another path is nowhere', () => {
  expect(match('POST', '/events/7')).toEqual({ kind: 'method', allowed: ['DELETE', 'GET'] });
  for (const path of ['', '/', '/event', '/events/', '/events/7/more', '/events//']) {
    expect(match('GET', path)).toEqual({ kind: 'none' });
  }
});

test('an operation that has moved is found where it was, too', () => {
  const moved = { method: 'PUT', path: '/things/{thing}/credentials', earlierPath: '/things/{thing}/token' };
  const find = createRouter([moved as never]);
  expect(find('PUT', '/things/7/token')).toEqual({ kind: 'found', operation: moved, params: { thing: '7' } });
});
