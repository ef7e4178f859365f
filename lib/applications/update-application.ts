import { AppError } from '@/lib/core/errors';
import { settingsOf, toRow } from '@/lib/core/setting';
import type { Tx } from '@/lib/db/client';
import type { Application, Prisma } from '@/lib/db/generated/client';
import { declareCommand, defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attempt, recordEvents } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { checkUsernameFormat } from '@/lib/mappings/username-format';
import { enqueue } from '@/lib/queue/enqueue';
import { checkMailNames } from './check-mail-names';
import { checkUsernameRules } from './check-username-rules';
import { listUsernameConflicts } from './list-username-conflicts';
import { assertVersion, lockApplication } from './lock-application';
import { saveBookmarkSchema, updateApplicationSchema, usernameFormatSchema } from './schema';
import { generalSettings } from './settings';

/** Saves General Info. @throws AppError `not_found`, `stale_version` */
export const updateApplication = defineCommand(
  {
    id: 'updateApplication',
    permission: 'applications.write',
    input: updateApplicationSchema,
    event: 'application_update',
  },
  (tx, draft, { id, version, ...values }) =>
    save(
      tx,
      draft,
      { id, version },
      {
        before: (row) => settingsOf(generalSettings, row),
        values,
        data: toRow(generalSettings, values),
      },
    ),
);

/**
 * Saves the address of a bookmark, and with it whether it is active; that it is so already is no error.
 * @throws AppError `not_found`, `stale_version`; `conflict` where it is no bookmark
 */
export const saveBookmark = defineCommand(
  { id: 'saveBookmark', permission: 'sso.write', input: saveBookmarkSchema, event: 'sso_update' },
  async (tx, draft, { id, version, bookmarkUrl, activation }) => {
    let statusBefore: Application['ssoStatus'] | undefined;
    const saved = await save(
      tx,
      draft,
      { id, version },
      {
        before: (row) => ({ bookmarkUrl: row.bookmarkUrl }),
        values: { bookmarkUrl },
        data: { bookmarkUrl, ...(activation !== 'keep' && { ssoStatus: statusAfter[activation] }) },
        check: ({ kind, displayLabel, ssoStatus }) => {
          statusBefore = ssoStatus;
          if (kind === 'bookmark') return;
          throw new AppError('conflict', `${displayLabel} is no bookmark.`, {
            hint: 'Its addresses are set under SSO.',
          });
        },
      },
    );
    if (saved.ssoStatus !== statusBefore) {
      const name = saved.ssoStatus === 'active' ? 'sso_activate' : 'sso_deactivate';
      await recordEvents(tx, [{ name, actor: draft.actor, application: draft.application, target: draft.target }]);
    }
    return saved;
  },
);

/**
 * Saves the format that application usernames are made by. Accounts are looked at again, because their userName may
 * change. @returns the application; `conflicts`: how many usernames are those of several people now, whom it keeps out until
 * it is mended; `warning`: the application does not take such usernames, by a rule of its own
 * @throws AppError `not_found`, `stale_version`, `expression_error`
 */
export const saveUsernameFormat = declareCommand(
  {
    id: 'saveUsernameFormat',
    permission: 'applications.write',
    input: usernameFormatSchema,
    event: 'application_update',
  },
  async (actor, { applicationId: id, version, usernameFormat }) => {
    const saved = await attempt({ name: 'application_update', actor }, async (tx, draft) => {
      const row = await save(
        tx,
        draft,
        { id, version },
        {
          before: (before) => ({ usernameFormat: before.usernameFormat }),
          values: { usernameFormat },
          data: { usernameFormat },
          check: async (before) => {
            const error = checkUsernameFormat(usernameFormat);
            if (error) throw new AppError('expression_error', error.message, { field: 'usernameFormat', cause: error });
            await checkMailNames(tx, before, usernameFormat);
          },
        },
      );
      await enqueue(tx, 'application-changed', { applicationId: id });
      return row;
    });
    const [conflicts, warning] = await Promise.all([
      listUsernameConflicts(id),
      checkUsernameRules(saved, usernameFormat),
    ]);
    return { ...saved, conflicts: conflicts.length, warning };
  },
);

const statusAfter = { activate: 'active', deactivate: 'inactive' } as const;

interface Change {
  /** Of the row as it is: what `values` will be instead. */
  before: (row: Application) => Record<string, unknown>;
  values: Record<string, unknown>;
  data: Prisma.ApplicationUpdateInput;
  check?: (before: Application) => Promise<void> | void;
}

async function save(
  tx: Tx,
  draft: EventDraft,
  { id, version }: { id: string; version: number },
  { before, values, data, check }: Change,
): Promise<Application> {
  const row = await lockApplication(tx, id);
  draft.application = { id, displayLabel: row.displayLabel };
  draft.target = { type: 'application', id, name: row.displayLabel };
  assertVersion(row, version, before(row));
  await check?.(row);
  draft.changes = withoutPicture(changesBetween(before(row), values));
  return tx.application.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
}

/** A picture of 64 KiB is not worth a place in the event; that it changed is. */
function withoutPicture(changes: ReturnType<typeof changesBetween>) {
  const { logoImage, ...others } = changes;
  if (!logoImage) return others;
  const say = (value: unknown) => (value ? 'picture' : null);
  return { ...others, logoImage: { from: say(logoImage.from), to: say(logoImage.to) } };
}
