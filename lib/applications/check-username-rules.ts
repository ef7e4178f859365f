import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Application, User } from '@/lib/db/generated/client';
import { mapObject } from '@/lib/mappings/map';
import { checkRules } from '@/lib/mappings/rules';
import { targetKey } from '@/lib/mappings/target';
import { applicationUsername } from './application-username';
import { getTemplate } from './catalogue/templates';
import { grantedUsers } from './scope';
import { userRecord } from './source-record';
import { listTargetAttributes } from './target-attributes';

/** Some stand for all: that a format breaks a rule shows in the first people. */
const sampled = 200;

/** People whom the application would not take under their username, by a rule of its own. */
export interface UsernameWarning {
  message: string;
  hint: string;
}

/**
 * Whether the usernames that a format gives are what the application takes: of its first people in scope, or of an invented
 * one where nobody is in scope yet. @returns null: nothing to say
 */
export async function checkUsernameRules(row: Application, format: string): Promise<UsernameWarning | null> {
  const { scim } = getTemplate(row.templateId);
  if (!scim) return null;
  const stored = await db.attributeMapping.findMany({ where: { applicationId: row.id, objectType: 'user' } });
  const mappings = stored.filter((mapping) => targetKey(mapping.target) === 'username');
  const rules = scim.rules.filter((rule) => 'target' in rule && targetKey(rule.target) === 'username');
  const [people, { user: attributes }] = await Promise.all([peopleInScope(row.id), listTargetAttributes(row)]);
  const broken = (people.length > 0 ? people : [invented]).flatMap((user) => {
    const at = now();
    const name = applicationUsername(format, user, null, at);
    const source = userRecord(user, name, true);
    const input = { mappings, source, attributes, now: at, inScope: true };
    const { values } = mapObject({ ...input, purpose: 'create' });
    const ssoActive = row.kind === 'saml' && row.ssoStatus === 'active';
    const [violation] = checkRules(rules, values, { ssoActive }).filter((found) => found.severity === 'error');
    return violation ? [violation] : [];
  });
  const [first] = broken;
  if (!first) return null;
  const who =
    people.length === 0
      ? 'People with such usernames'
      : `${broken.length.toLocaleString('en')} of ${people.length === sampled ? 'the first ' : ''}${people.length.toLocaleString('en')} people`;
  return { message: `${who} will be skipped. ${first.message}`, hint: first.fix };
}

/** Without a username of their own there: the format does not name who has one. */
function peopleInScope(applicationId: string): Promise<User[]> {
  return db.$queryRaw<{ id: string }[]>`
    SELECT granted.user_id AS id FROM (${grantedUsers(applicationId)}) granted
    WHERE NOT EXISTS (SELECT 1 FROM application_users au WHERE au.application_id = ${applicationId}::uuid
      AND au.user_id = granted.user_id AND au.application_username IS NOT NULL)
    LIMIT ${sampled}`.then((rows) => db.user.findMany({ where: { id: { in: rows.map((row) => row.id) } } }));
}

const invented = {
  id: '00000000-0000-7000-8000-000000000000',
  username: 'ana.martinez',
  email: 'ana.martinez@example.com',
  firstname: 'Ana',
  lastname: 'Martinez',
  displayName: 'Ana Martinez',
  customAttributes: {},
} as User;
