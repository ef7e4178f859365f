import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { sendError } from './answer';
import { bulkLimits, bulkOf } from './bulk-offer';
import type { ScimContext } from './context';
import type { Library } from './library';

/** Several requests in one (RFC 7644 section 3.7), carried out by the library; what its answer looks like is the tenant's to say. */
export async function answerBulk(library: Library, context: ScimContext, req: Request, res: Response): Promise<void> {
  const { tenant } = context;
  const { faults } = tenant;
  if (faults.bulk === 'announced only' || !bulkOf(tenant).supported) return sendError(res, 404, 'Not Found');
  const most = faults.bulkOperations || bulkLimits.maxOperations;
  const operations = isObject(req.body) && Array.isArray(req.body.Operations) ? req.body.Operations : [];
  if (operations.length > most || Number(req.header('content-length')) > bulkLimits.maxPayloadSize) {
    return sendError(res, 413, `A request may have at most ${most} operations and ${bulkLimits.maxPayloadSize} bytes`);
  }
  const refused = operations.map((operation) => isProtected(tenant, operation));
  await sleep(faults.bulkMs * operations.length);
  try {
    const { BulkRequest } = library.scimmy.Messages;
    const rest = operations.filter((_, index) => !refused[index]);
    const body = { ...req.body, Operations: rest };
    const done = rest.length === 0 ? [] : plainOf(await new BulkRequest(body).apply(undefined, context));
    const told = operations.map((operation, index) => (refused[index] ? refusal(operation) : done.shift()));
    res.status(200).json(bent(tenant, told.filter(isObject)));
  } catch (error) {
    const { status = 400, message = 'It is no bulk request' } = error as { status?: number; message?: string };
    sendError(res, Number(status), message);
  }
}

const plainOf = (answer: unknown): unknown[] => {
  const { Operations } = JSON.parse(JSON.stringify(answer)) as { Operations?: unknown[] };
  return Operations ?? [];
};

function isProtected({ faults, store }: Tenant, operation: unknown): boolean {
  if (!faults.protectedUser || !isObject(operation)) return false;
  const id = /^\/Users\/([^/]+)/i.exec(text(operation.path))?.[1];
  const named = id
    ? store.user(decodeURIComponent(id))?.data.userName
    : isObject(operation.data) && operation.data.userName;
  return typeof named === 'string' && named.toLowerCase() === faults.protectedUser.toLowerCase();
}

function refusal(operation: unknown) {
  const { method, bulkId, path } = isObject(operation) ? operation : {};
  const detail = 'This user cannot be changed through the API';
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return { method, bulkId, location: path, status: '403', response: { schemas, status: '403', detail } };
}

/** The answer as such servers have it that do not keep to the RFC. */
function bent({ faults }: Tenant, told: readonly Record<string, unknown>[]) {
  const answer = (operations: readonly object[]) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: operations,
  });
  switch (faults.bulkAnswers) {
    case 'reversed, statuses as numbers':
      return answer(told.map((one) => ({ ...one, status: Number(one.status) })).reverse());
    case 'without bulkId':
      return answer(told.map(({ bulkId: _bulkId, ...one }) => one));
    case 'every third missing':
      return answer(told.filter((_, index) => index % 3 !== 2));
    case 'no BulkResponse':
      return { result: 'ok', count: told.length };
    default:
      return answer(told);
  }
}
