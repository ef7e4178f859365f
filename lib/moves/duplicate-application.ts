import { copyApplication, copyAssociations, prepareCopy } from '@/lib/applications/copy-application';
import { duplicateApplicationSchema } from '@/lib/applications/schema';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { copyConnectionSettings } from '@/lib/provisioning/copy-connection-settings';

/**
 * Makes another application with the settings of one that there is: SSO, mappings, attribute lists, scoping filters and the settings of its
 * connection; with its associations where that is asked for. It has a key pair and an SSO IdP URL of its own, no token and no links, and
 * nothing of it is active. @returns the new application
 * @throws AppError `not_found`; `already_exists` (slug); `invalid_input` at `placeholders.<NAME>`
 */
export const duplicateApplication = declareCommand(
  {
    id: 'duplicateApplication',
    permission: 'applications.write',
    input: duplicateApplicationSchema,
    event: 'application_create',
  },
  (actor, { id: applicationId, associations, ...as }) => {
    const wanted = { applicationId, ...as };
    const draft: EventDraft = { name: 'application_create', actor };
    return attemptAfter(
      draft,
      () => prepareCopy(wanted),
      async (tx, event, prepared) => {
        const { source, copy } = await copyApplication(tx, wanted, prepared);
        await copyConnectionSettings(tx, applicationId, copy.id);
        const given = associations ? await copyAssociations(tx, applicationId, copy.id) : undefined;
        event.application = { id: copy.id, displayLabel: copy.displayLabel };
        event.target = { type: 'application', id: copy.id, name: copy.displayLabel };
        const also = given ? `, with ${given.groups} user groups and ${given.people} directly assigned people` : '';
        event.message = `Duplicated from ${source.displayLabel}${also}.`;
        return copy;
      },
    );
  },
);
