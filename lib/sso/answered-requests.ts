import { db, type Tx } from '@/lib/db/client';
import { SamlError } from '@/lib/saml/error';
import { rememberedMs } from './carry-request';
import type { Provider } from './provider';

/** What whoever comes again is told. */
function alreadyAnswered({ application }: Provider): SamlError {
  return new SamlError('request_replayed', 'This sign-in was answered already, and each works once.', {
    hint: `If ${application.displayLabel} does not know you, start again there.`,
  });
}

/** Tells at once what the answer would tell anyway. @throws SamlError `request_replayed` */
export async function assertUnanswered(provider: Provider, requestId: string): Promise<void> {
  const key = { applicationId: provider.application.id, requestId };
  if (await db.authnRequest.findUnique({ where: { applicationId_requestId: key } })) throw alreadyAnswered(provider);
}

/**
 * Notes that a request is answered, in the transaction of its answer. The unique index on the ID that the service provider
 * gave refuses a second answer, whoever goes on with it at the same moment, in whichever process.
 * @throws SamlError `request_replayed`
 */
export async function noteAnswered(tx: Tx, provider: Provider, requestId: string, now: Date): Promise<void> {
  const { count } = await tx.authnRequest.createMany({
    data: [
      {
        applicationId: provider.application.id,
        requestId,
        answeredAt: now,
        expiresAt: new Date(now.getTime() + rememberedMs),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) throw alreadyAnswered(provider);
}
