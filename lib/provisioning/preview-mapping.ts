import { applicationUsername } from '@/lib/applications/application-username';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import type { MappingDraft } from '@/lib/applications/schema';
import { grantedAmong } from '@/lib/applications/scope';
import { groupRecord, userRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { type MapProblem, type MapResult, mapObject } from '@/lib/mappings/map';
import { buildResource } from '@/lib/mappings/resource';
import { checkRules, type RuleViolation } from '@/lib/mappings/rules';
import type { ObjectType } from '@/lib/mappings/schema';
import type { SourceRecord } from '@/lib/mappings/source';
import type { Value } from '@/lib/mappings/value';
import type { ScimResource } from '@/lib/scim/path';

export interface MappingPreview {
  name: string;
  /** Somebody who is out of scope gets no account; the values are shown all the same. */
  inScope: boolean;
  /** Target as written in the mapping → what would be sent, for each that has a value. */
  values: Record<string, Value>;
  /** The SCIM body of the request that creates it. */
  body: ScimResource;
  /** As the application had it when it was last read; null where no account is known. */
  current: ScimResource | null;
  problems: MapProblem[];
  violations: RuleViolation[];
}

const schemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
} as const;

interface Subject {
  name: string;
  inScope: boolean;
  source: SourceRecord;
  current: ScimResource | null;
  sent: Record<string, Value> | null;
}

/**
 * What a mapping table, saved or not, gives for one person or group: by the functions that the engine calls.
 * @throws AppError `not_found`, `conflict` where the application has no provisioning
 */
export async function previewMapping(input: {
  applicationId: string;
  objectType: ObjectType;
  subjectId: string;
  mappings: readonly MappingDraft[];
}): Promise<MappingPreview> {
  const { applicationId, objectType, subjectId } = input;
  const application = await db.application.findUnique({ where: { id: applicationId } });
  if (!application) throw new AppError('not_found', 'This application does not exist any more.');
  const { scim } = getTemplate(application.templateId);
  if (!scim) throw new AppError('conflict', `${application.displayLabel} has no Identity Management.`);
  const subject =
    objectType === 'user'
      ? await person(applicationId, subjectId, application.usernameFormat)
      : await group(applicationId, subjectId);
  const attributes = objectType === 'user' ? scim.userAttributes : scim.groupAttributes;
  const mapped = mapObject({
    mappings: input.mappings.map((row, position) => ({ ...row, objectType, position })),
    source: subject.source,
    attributes,
    purpose: 'create',
    now: now(),
    inScope: true,
  });
  const ssoActive = application.kind === 'saml' && application.ssoStatus === 'active';
  const context = { ssoActive, attributes, ...(subject.sent ? { linked: subject.sent } : {}) };
  const values = shown(mapped);
  return {
    name: subject.name,
    inScope: subject.inScope,
    values,
    body: bodyOf(values, objectType),
    current: subject.current,
    problems: mapped.problems,
    violations: objectType === 'user' ? checkRules(scim.rules, mapped.values, context) : [],
  };
}

/** Generated values differ each time, and what is redacted is nobody's business. */
function shown({ values, generated, redacted }: MapResult): Record<string, Value> {
  const hidden = (target: string, value: Value): Value =>
    redacted.includes(target) ? '[Redact]' : generated.includes(target) ? '(generated)' : value;
  return Object.fromEntries(Object.entries(values).map(([target, value]) => [target, hidden(target, value)]));
}

/** A target that is no path is a problem of its own, shown at its row: the rest is still previewed. */
function bodyOf(values: Record<string, Value>, objectType: ObjectType): ScimResource {
  const writable = Object.entries(values).filter(([target]) => isPath(target));
  return buildResource(Object.fromEntries(writable), [schemas[objectType]]);
}

function isPath(target: string): boolean {
  try {
    buildResource({ [target]: 'x' }, []);
    return true;
  } catch {
    return false;
  }
}

async function person(applicationId: string, userId: string, usernameFormat: string): Promise<Subject> {
  const [user, own, link, granted] = await Promise.all([
    db.user.findUnique({ where: { id: userId } }),
    db.applicationUser.findUnique({ where: { applicationId_userId: { applicationId, userId } } }),
    db.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId } } }),
    grantedAmong(db, applicationId, [userId]),
  ]);
  if (!user) throw new AppError('not_found', 'This person is not in the directory.');
  const active = user.status === 'active' && !user.deletedAt;
  const directory = userRecord(user, user.username, active);
  const name = applicationUsername(usernameFormat, directory, own?.applicationUsername ?? null, now());
  return {
    name: user.displayName,
    inScope: active && granted.has(userId),
    source: userRecord(user, name, active),
    current: (link?.lastRead as ScimResource | null | undefined) ?? null,
    sent: (link?.lastSent as Record<string, Value> | null | undefined) ?? null,
  };
}

async function group(applicationId: string, groupId: string): Promise<Subject> {
  const [row, associated, link] = await Promise.all([
    db.group.findUnique({ where: { id: groupId } }),
    db.applicationGroup.count({ where: { applicationId, groupId } }),
    db.groupLink.findUnique({ where: { applicationId_groupId: { applicationId, groupId } } }),
  ]);
  if (!row || row.deletedAt) throw new AppError('not_found', 'This user group does not exist any more.');
  const remote = link?.remoteId
    ? await db.remoteGroup.findUnique({
        where: { applicationId_remoteId: { applicationId, remoteId: link.remoteId } },
      })
    : null;
  return {
    name: row.name,
    inScope: associated > 0,
    source: groupRecord(row),
    current: remote ? { id: remote.remoteId, displayName: remote.displayName, members: remote.memberIds.length } : null,
    sent: null,
  };
}
