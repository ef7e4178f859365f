import { describe, expect, test } from 'vitest';
import { type BulkOperation, readBulkResponse } from './bulk';

const created = (bulkId: string, userName: string): BulkOperation => ({
  method: 'POST',
  bulkId,
  path: '/Users',
  data: { userName },
});
const changed = (bulkId: string, id: string): BulkOperation => ({ method: 'PATCH', bulkId, path: `/Users/${id}` });
const statuses = (told: unknown, operations: BulkOperation[]) =>
  readBulkResponse(told, operations)?.map((part) => part?.status);

describe('each part of an answer is', () => {
  test('that of its operation, in whatever order and spelling it is told', () => {
    const operations = [created('1', 'ana'), created('2', 'ben'), changed('3', '42')];
    const told = {
      operations: [
        { BulkId: 3, status: { code: '200' } },
        { bulkId: '2', status: 409 },
        { bulkId: '1', status: '201', location: 'https://x/Users/7', version: 'W/"1"' },
      ],
    };
    expect(statuses(told, operations)).toEqual([201, 409, 200]);
    expect(readBulkResponse(told, operations)?.[0]).toMatchObject({ location: 'https://x/Users/7', version: 'W/"1"' });
  });

  test('without a bulkId, told by what it is about, never by the order', () => {
    const operations = [created('1', 'ana'), created('2', 'ben'), changed('3', 'a%20b'), changed('4', '2')];
    const Operations = [
      { status: '201', location: '/Users/8', response: { id: '8', userName: 'BEN' } },
      { status: '201', location: '/Users/7' },
      { status: '200', location: 'https://x/v2/Users/a b' },
      { status: '200', location: 'https://x/v2/Users/12' },
    ];
    expect(statuses({ Operations }, operations)).toEqual([undefined, 201, 200, undefined]);
  });

  test('not known where it is missing, told twice, or has no status', () => {
    const operations = [created('1', 'ana'), created('2', 'ben'), created('3', 'cleo')];
    const Operations = [
      { bulkId: '2', status: '201' },
      { bulkId: '2', status: '409' },
      { bulkId: '3', status: 'ok' },
    ];
    expect(statuses({ Operations }, operations)).toEqual([undefined, undefined, undefined]);
  });
});

test('what is no answer to several requests is none', () => {
  for (const json of [undefined, null, [], 'ok', {}, { Resources: [] }, { Operations: {} }])
    expect(readBulkResponse(json, [created('1', 'ana')])).toBeUndefined();
});
