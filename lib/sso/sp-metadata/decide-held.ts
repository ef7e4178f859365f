import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { heldMetadataSchema } from '../schema';
import { saveSso } from '../update-sso';
import { heldSchema } from './queries';
import { compareWithStored } from './refresh';
import { noSource, resourceOf } from './set-source';

const nothingHeld = { held: Prisma.DbNull, heldAt: null, heldDigest: null };

/**
 * Applies the metadata that waits, as it was looked at: to the settings as they are by now.
 * @throws AppError `not_found`; `conflict` where something else waits; as `updateSso`
 */
export const applyHeldMetadata = defineCommand(
  { id: 'applyHeldMetadata', permission: 'sso.write', input: heldMetadataSchema, event: 'sso_update' },
  async (tx, draft, { applicationId, held }) => {
    const application = await lockApplication(tx, applicationId);
    const { metadata, url } = await findHeld(tx, applicationId, held);
    const { changes, version } = await compareWithStored(tx, application, metadata);
    await tx.spMetadataSource.update({ where: { applicationId }, data: { ...nothingHeld, rejectedDigest: null } });
    draft.message = `From the metadata at ${url}.`;
    return saveSso(tx, draft, { applicationId, version }, () => changes);
  },
);

/**
 * Says no to the metadata that waits: the settings stay, and it does not wait again until it changes.
 * @throws AppError `not_found`; `conflict` where something else waits
 */
export const rejectHeldMetadata = defineCommand(
  { id: 'rejectHeldMetadata', permission: 'sso.write', input: heldMetadataSchema, event: 'sso_metadata' },
  async (tx, draft, { applicationId, held }) => {
    const answer = await resourceOf(tx, draft, applicationId);
    await findHeld(tx, applicationId, held);
    await tx.spMetadataSource.update({ where: { applicationId }, data: { ...nothingHeld, rejectedDigest: held } });
    draft.message = 'What the metadata would have changed was rejected: the settings stay.';
    return answer;
  },
);

async function findHeld(tx: Tx, applicationId: string, held: string) {
  const source = await tx.spMetadataSource.findUnique({ where: { applicationId } });
  if (!source) throw noSource();
  if (source.heldDigest !== held || source.held === null) {
    throw new AppError('conflict', 'What was looked at does not wait any more.', {
      hint: 'Load the page again, and look at what waits now.',
    });
  }
  return { metadata: heldSchema.parse(source.held), url: source.url };
}
