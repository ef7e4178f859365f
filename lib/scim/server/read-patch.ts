import { getIgnoringCase, isRecord } from '@/lib/scim/json';
import { badRequest } from './scim-error';

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path?: string;
  value?: unknown;
}

/** Operations of one request at most. */
const mostOperations = 1_000;
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * The operations of a PATCH request (RFC 7644 §3.5.2), names of operations in any case (Entra: `Replace`).
 * @throws ScimError 400 invalidSyntax
 */
export function readPatch(body: unknown): PatchOperation[] {
  const schemas = isRecord(body) ? getIgnoringCase(body, 'schemas') : undefined;
  const isPatch =
    Array.isArray(schemas) && schemas.some((one) => String(one).toLowerCase() === patchSchema.toLowerCase());
  if (!isRecord(body) || !isPatch) throw badRequest('invalidSyntax', `A PATCH has the schema ${patchSchema}.`);
  const operations = getIgnoringCase(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'A PATCH has a list Operations with at least one.');
  }
  if (operations.length > mostOperations) {
    throw badRequest('tooMany', `More than ${mostOperations} operations: send them in several requests.`);
  }
  return operations.map(readOperation);
}

function readOperation(sent: unknown): PatchOperation {
  const [op, path, value] = ['op', 'path', 'value'].map((name) =>
    isRecord(sent) ? getIgnoringCase(sent, name) : undefined,
  );
  const known = (['add', 'replace', 'remove'] as const).find((one) => one === String(op).toLowerCase());
  if (!known) throw badRequest('invalidSyntax', 'An operation is add, replace or remove.');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw badRequest('invalidPath', 'A path is text.');
  }
  if (known !== 'remove' && value === undefined) {
    throw badRequest('invalidValue', `An operation that is to ${known} needs a value.`);
  }
  return { op: known, ...(path ? { path } : {}), value };
}
