import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { mapObject } from '@/lib/mappings/map';
import { checkRules } from '@/lib/mappings/rules';
import { targetKey, valueAt } from '@/lib/mappings/target';
import { getTemplate } from './catalogue/templates';
import { type Person, userRecord } from './source-record';
import { listTargetAttributes } from './target-attributes';

const isUserName = (target: string) => targetKey(target) === 'username';

/** What an application is sent as userName, and what its own rules say of it. */
export interface SentUsername {
  /** @param name the application username @returns null where no userName is sent, to an account that is there as told */
  of(person: Person, name: string, hasAccount: boolean): string | null;
  /** The rule that a userName breaks. @param account userName of the account that it would change; null: there is none */
  broken(userName: string, account: string | null): { message: string; fix: string } | undefined;
}

/** By the mappings and rules of an application as they are now. @param now what expressions are evaluated at */
export async function readSentUsername(tx: Tx, row: Application, now: Date): Promise<SentUsername> {
  const stored = await tx.attributeMapping.findMany({ where: { applicationId: row.id, objectType: 'user' } });
  const { user: attributes } = await listTargetAttributes(row, tx);
  const mappings = stored.filter(({ target }) => isUserName(target));
  const rules = (getTemplate(row.templateId).scim?.rules ?? []).filter(
    (rule) => 'target' in rule && isUserName(rule.target),
  );
  const ssoActive = row.kind === 'saml' && row.ssoStatus === 'active';
  return {
    of(person, name, hasAccount) {
      const source = userRecord(person, name, true);
      const purpose = hasAccount ? 'update' : 'create';
      const { values } = mapObject({ mappings, source, attributes, now, inScope: true, purpose });
      const userName = valueAt(values, 'userName');
      return typeof userName === 'string' && userName !== '' ? userName : null;
    },
    broken(userName, account) {
      const linked = account === null ? {} : { linked: { userName: account } };
      return checkRules(rules, { userName }, { ssoActive, ...linked }).find(({ severity }) => severity === 'error');
    },
  };
}
