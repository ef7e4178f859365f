import { expect } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../operation';
import { operations } from '../operations';
import { administrationCases } from './administration';
import { applicationCases } from './applications';
import { associationCases } from './associations';
import { attributeDefinitionCases } from './attribute-definitions';
import { dryRunCases } from './dry-runs';
import { eventCases } from './events';
import { failedSignInCases } from './failed-sign-ins';
import { groupCases } from './groups';
import { identityManagementCases } from './identity-management';
import { importSettingsCases } from './import-settings';
import { importCases } from './imports';
import { mappingCases } from './mappings';
import { migrationCases } from './migrations';
import { onDemandCases } from './on-demand';
import { provisioningCases } from './provisioning';
import { scopeFilterCases } from './scope-filters';
import { sourceCases } from './sources';
import { ssoCases } from './sso';
import { targetAttributeCases } from './target-attributes';
import { tokenCases } from './tokens';
import { userBatchCases } from './user-batches';
import { userCases } from './users';
import { webhookCases } from './webhooks';
import type { Case } from './world';

/** A list of its own address. */
const isList = ({ method, params, query }: Operation) =>
  method === 'GET' && !params && query instanceof z.ZodObject && 'cursor' in query.shape && 'limit' in query.shape;

/** What is asked of any list; one whose filters have rules of their own has a case of its own instead. */
function listCase({ path }: Operation): Case {
  return {
    valid: async () => ({ query: { limit: '1' } }),
    invalid: [
      { change: () => ({ query: { limit: '0' } }), field: 'limit' },
      { change: () => ({ query: { limit: '201' } }), field: 'limit' },
      { change: () => ({ query: { cursor: 'nonsense' } }), field: 'cursor' },
    ],
    after: async (_answer, _sent, world) => {
      const token = await world.token('administrator');
      const read = async (query: string) =>
        (await world.send('GET', `${path}?${query}`, { token })).body as { items: unknown[]; nextCursor?: string };
      const { items: whole } = await read('limit=5');
      const seen: unknown[] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined && seen.length < whole.length) {
        const page: { items: unknown[]; nextCursor?: string } = await read(
          cursor ? `limit=1&cursor=${encodeURIComponent(cursor)}` : 'limit=1',
        );
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(whole);
    },
  };
}

/** The case of every operation, by its id. */
export const cases: Record<string, Case> = {
  ...Object.fromEntries(operations.filter(isList).map((operation) => [operation.id, listCase(operation)])),
  ...applicationCases,
  ...associationCases,
  ...ssoCases,
  ...failedSignInCases,
  ...identityManagementCases,
  ...mappingCases,
  ...migrationCases,
  ...targetAttributeCases,
  ...scopeFilterCases,
  ...provisioningCases,
  ...onDemandCases,
  ...dryRunCases,
  ...importCases,
  ...importSettingsCases,
  ...userCases,
  ...userBatchCases,
  ...groupCases,
  ...eventCases,
  ...attributeDefinitionCases,
  ...sourceCases,
  ...webhookCases,
  ...tokenCases,
  ...administrationCases,
};
