import type { Response } from 'express';
import { type Faults, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { bulkOf } from './bulk-offer';
import type { ScimContext } from './context';
import { withAnotherId, withNumbers } from './ids';
import { placeholder } from './library';
import { versionOf } from './versions';

/** An error body as RFC 7644 section 3.12 wants it, also for statuses that the library does not know. */
export function sendError(res: Response, status: number, detail: string, scimType?: string): void {
  res
    .status(status)
    .type('application/scim+json')
    .json({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      ...(scimType === undefined ? {} : { scimType }),
      detail,
      status: String(status),
    });
}

/**
 * Puts right what the library writes: the tenant's own address in place of the placeholder (the library knows one
 * address per process), and the position of a page that was cut beforehand.
 * @param base address of the tenant's SCIM server
 */
export function finishAnswers(res: Response, base: string, context: ScimContext): void {
  const send = res.send.bind(res);
  res.json = (body?: unknown) => {
    let answer = JSON.parse(JSON.stringify(body ?? null));
    if (isObject(answer) && Array.isArray(answer.Resources)) {
      answer = { ...answer, itemsPerPage: answer.Resources.length };
      if (context.page) answer.startIndex = context.page.startIndex;
    }
    if (isObject(answer) && isObject(answer.patch) && context.tenant.faults.noPatch)
      answer.patch = { supported: false };
    if (isObject(answer) && isObject(answer.bulk)) answer.bulk = bulkOf(context.tenant);
    const { ids } = context.tenant.faults;
    if (ids === 'change on update' && isChange(res)) answer = withAnotherId(context.tenant, answer);
    if (ids === 'numbers') answer = withNumbers(answer);
    answer = withoutMembers(context.tenant.faults, answer);
    if (context.tenant.faults.requireVersion) answer = withVersions(context.tenant, answer, res);
    if (context.tenant.faults.emptyAnswers && isChange(res)) return res.status(204).end();
    const text = JSON.stringify(answer).replaceAll(placeholder, base);
    res.locals.sent = text;
    if (!res.get('Content-Type')) res.type('application/scim+json');
    return send(text);
  };
}

function isChange({ req, statusCode }: Response): boolean {
  return (req.method === 'PATCH' || req.method === 'PUT') && statusCode < 300;
}

/** Groups, with as many of their members as the tenant is told to tell. */
function withoutMembers({ membersNever, membersNotListed, membersShown }: Faults, answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const shown = (resource: unknown, isHidden: boolean) => {
    if (!isObject(resource) || !Array.isArray(resource.members)) return resource;
    const { members, ...rest } = resource;
    if (isHidden) return rest;
    return membersShown === 0 ? resource : { ...rest, members: members.slice(0, membersShown) };
  };
  if (!Array.isArray(answer.Resources)) return shown(answer, membersNever);
  return { ...answer, Resources: answer.Resources.map((one) => shown(one, membersNever || membersNotListed)) };
}

/** A resource, or those of a list, with their versions (RFC 7644 section 3.14). */
function withVersions(tenant: Tenant, answer: unknown, res: Response): unknown {
  if (!isObject(answer)) return answer;
  const versioned = (resource: unknown) => {
    const version = isObject(resource) ? versionOf(tenant, text(resource.id)) : undefined;
    if (!isObject(resource) || version === undefined) return resource;
    return { ...resource, meta: { ...(isObject(resource.meta) ? resource.meta : {}), version } };
  };
  if (Array.isArray(answer.Resources)) return { ...answer, Resources: answer.Resources.map(versioned) };
  const version = versionOf(tenant, text(answer.id));
  if (version !== undefined) res.setHeader('ETag', version);
  return versioned(answer);
}
