import { db, type Tx } from '@/lib/db/client';
import type { Application, Authorization } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { ScimFailure } from '@/lib/scim/failure';
import type { TokenKeeper } from '@/lib/scim/kept-tokens';
import { tokenColumns, tokensOf } from './sealed';

/** For as long as others may be asking the token endpoint before us, one after the other, 10 s at most each. */
const timeoutMs = 60_000;

/**
 * Keeps the tokens of an authorisation in its row, which is locked while the token endpoint is asked: a refresh token that is good for
 * one use is used once, whoever else wants to. A process that dies meanwhile lets go of it.
 */
export function tokenKeeperOf(authorizationId: string | undefined): TokenKeeper {
  return {
    alone: (renew) =>
      // Not `transaction`, which runs its work again: the token endpoint is not asked twice.
      db.$transaction(
        async (tx) => {
          const row = authorizationId === undefined ? undefined : await lockAuthorization(tx, authorizationId);
          const { answer, keep } = await renew(row && tokensOf(row));
          if (!row) return answer;
          const where = { id: row.id };
          if (keep) {
            const data = { ...tokenColumns(row.id, keep), refreshedAt: new Date() };
            await tx.authorization.update({ where, data });
          } else if (!answer.ok && answer.failure.kind === 'unauthorized') await tellRefusal(tx, row, answer.failure);
          return answer;
        },
        { timeout: timeoutMs },
      ),
  };
}

type WithApplication = Authorization & { application: Application };

/** The row, locked until the transaction ends. */
export async function lockAuthorization(tx: Tx, id: string): Promise<WithApplication | undefined> {
  await tx.$queryRaw`SELECT 1 FROM authorizations WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.authorization.findUnique({ where: { id }, include: { application: true } })) ?? undefined;
}

/** Once for each reason. */
async function tellRefusal(tx: Tx, { id, refusal, application }: WithApplication, { detail }: ScimFailure) {
  if (refusal === detail) return;
  await tx.authorization.update({ where: { id }, data: { refusedAt: new Date(), refusal: detail } });
  const event = { name: 'idm_oauth_refused', actor: systemActor, application, message: detail } as const;
  await recordEvents(tx, [{ ...event, outcome: 'error', code: 'InvalidCredentials' }]);
}
