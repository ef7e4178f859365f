import type { Application } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import { attemptAfter } from '@/lib/events/record';
import { lockApplication } from './lock-application';
import { applicationUsernameSchema } from './schema';
import { settleUsernames, typeUsername } from './type-username';

/**
 * Types the application username of one person, or goes back to the format (null); nobody does so for themselves. Answers the
 * application. @throws AppError `not_found`; what {@link typeUsername} throws
 */
export const setApplicationUsername = declareCommand(
  {
    id: 'setApplicationUsername',
    permission: 'applications.write',
    input: applicationUsernameSchema,
    event: 'application_update',
  },
  (actor, { applicationId, ...wanted }): Promise<Application> =>
    attemptAfter(
      { name: 'application_update', actor },
      () => settleUsernames(applicationId),
      async (tx, draft) => {
        const application = await lockApplication(tx, applicationId);
        await typeUsername(tx, draft, application, wanted);
        return application;
      },
    ),
);
