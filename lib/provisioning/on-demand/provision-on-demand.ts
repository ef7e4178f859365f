import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { declareCommand, type Resource } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { lockIntegration } from '../internal/integrations';
import { priorities } from '../internal/priorities';
import { markGroupsDue, markUsersDue, wakeEngines } from '../mark-due';
import { retryWaits } from '../schema';
import { previewOnDemand } from './preview-on-demand';
import { type OnDemandSubject, onDemandSchema } from './schema';

/**
 * Has one person or one user group provisioned now, before everything else, and keeps what happens as it happens. The ordinary
 * engine does it: what the guard or a setting holds is held, and while the connection is paused or quarantined it waits. Whoever is
 * neither in scope nor linked has nothing done for them, which the run then says.
 * @returns the run: the one that is open, where there is one
 * @throws AppError `not_found`, `not_active`, `conflict` for an account that was released
 */
export const provisionOnDemand = declareCommand(
  {
    id: 'provisionOnDemand',
    permission: 'provisioning.run',
    input: onDemandSchema,
    event: 'provisioning_on_demand',
  },
  (actor, input) =>
    attemptAfter(
      { name: 'provisioning_on_demand', actor },
      async (draft) => {
        const { application, subject, plan } = await previewOnDemand(input);
        draft.application = application;
        draft.target = { type: input.subject, id: subject.id, name: subject.name };
        return plan;
      },
      async (tx, draft, plan): Promise<Resource> => {
        const { integration } = await lockIntegration(tx, input.applicationId);
        const open = await tx.onDemandRun.findFirst({ where: { ...ofSubject(input), finishedAt: null } });
        if (open) return asResource(open);
        draft.message = retryWaits[integration.status];
        const link = await mark(tx, input);
        if (link?.state === 'released' && input.subject === 'user') {
          throw new AppError('conflict', 'This account was released: nothing is sent for it.', {
            hint: 'Take it back under management first.',
          });
        }
        const isDue = link !== null && link.dueAt !== null;
        const run = await tx.onDemandRun.create({
          data: {
            ...ofSubject(input),
            startedByName: actor.name,
            ...(isDue
              ? {}
              : {
                  plan: plan as unknown as Prisma.InputJsonObject,
                  outcome: plan.action === 'skip' ? 'skipped' : 'nothing',
                  finishedAt: new Date(),
                }),
          },
        });
        if (isDue) {
          await watch(tx, input, run.id);
          await wakeEngines(tx, [{ id: input.applicationId, isUrgent: true }]);
        }
        return asResource(run);
      },
    ),
);

const ofSubject = ({ applicationId, subject, subjectId }: OnDemandSubject) => ({
  applicationId,
  ...(subject === 'user' ? { userId: subjectId } : { groupId: subjectId }),
});

/** Nobody edits one: its version says nothing that its state does not. */
const asResource = ({ id }: { id: string }): Resource => ({ id, version: 1 });

/** Marks the link as due before everything else. @returns the link as it is now; null: there is none, and nothing to be done */
async function mark(tx: Tx, { applicationId, subject, subjectId }: OnDemandSubject) {
  if (subject === 'user') {
    await markUsersDue(tx, { applicationId, userIds: [subjectId] }, { priority: priorities.deprovision });
    return tx.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId: subjectId } } });
  }
  await markGroupsDue(tx, { applicationId, groupIds: [subjectId], userIds: [] });
  const link = await tx.groupLink.findUnique({
    where: { applicationId_groupId: { applicationId, groupId: subjectId } },
  });
  if (link) await tx.$executeRaw`SELECT mark_group_members(ARRAY[${link.id}::uuid], NULL, false)`;
  return link;
}

/** Whoever works on the link from now on keeps what happens. */
async function watch(tx: Tx, { applicationId, subject, subjectId }: OnDemandSubject, onDemandId: string) {
  const data = { onDemandId };
  if (subject === 'user') await tx.userLink.updateMany({ where: { applicationId, userId: subjectId }, data });
  else await tx.groupLink.updateMany({ where: { applicationId, groupId: subjectId }, data });
}
