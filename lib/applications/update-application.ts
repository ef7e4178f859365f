import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { checkUsernameFormat } from '@/lib/mappings/username-format';
import { enqueue } from '@/lib/queue/enqueue';
import { checkMailNames } from './check-mail-names';
import { checkUsernameRules, type UsernameWarning } from './check-username-rules';
import { listUsernameConflicts } from './list-username-conflicts';
import { assertVersion, lockApplication } from './lock-application';
import {
  type SaveBookmarkInput,
  saveBookmarkSchema,
  type UpdateApplicationInput,
  updateApplicationSchema,
  usernameFormatSchema,
} from './schema';

/** Saves General Info. @throws AppError `not_found`, `stale_version` */
export async function updateApplication(actor: Actor, input: UpdateApplicationInput): Promise<{ version: number }> {
  const { id, version, ...values } = updateApplicationSchema.parse(input);
  return save(actor, 'application_update', id, version, values);
}

/** Saves the address of a bookmark. @throws AppError `not_found`, `stale_version`; `conflict` where it is none */
export async function saveBookmark(actor: Actor, input: SaveBookmarkInput): Promise<{ version: number }> {
  const { id, version, bookmarkUrl } = saveBookmarkSchema.parse(input);
  return save(actor, 'sso_update', id, version, { bookmarkUrl });
}

/**
 * Saves the format that application usernames are made by. Accounts are looked at again, because their userName may
 * change. @returns `conflicts`: how many usernames are those of several people now, whom it keeps out until it is mended;
 * `warning`: the application does not take such usernames, by a rule of its own
 * @throws AppError `not_found`, `stale_version`, `expression_error`
 */
export async function saveUsernameFormat(
  actor: Actor,
  input: { applicationId: string; version: number; usernameFormat: string },
): Promise<{ version: number; conflicts: number; warning: UsernameWarning | null }> {
  const { applicationId, version, usernameFormat } = usernameFormatSchema.parse(input);
  const error = checkUsernameFormat(usernameFormat);
  if (error) throw new AppError('expression_error', error.message, { field: 'usernameFormat', cause: error });
  const saved = await save(actor, 'application_update', applicationId, version, { usernameFormat });
  const row = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  const [conflicts, warning] = await Promise.all([
    listUsernameConflicts(applicationId),
    checkUsernameRules(row, usernameFormat),
  ]);
  return { ...saved, conflicts: conflicts.length, warning };
}

type Editable = Partial<
  Omit<UpdateApplicationInput, 'id' | 'version'> & { bookmarkUrl: string | null; usernameFormat: string }
>;

async function save(
  actor: Actor,
  name: 'application_update' | 'sso_update',
  id: string,
  version: number,
  values: Editable,
): Promise<{ version: number }> {
  return attempt({ name, actor }, async (tx, draft) => {
    const row = await lockApplication(tx, id);
    draft.application = { id, displayLabel: row.displayLabel };
    draft.target = { type: 'application', id, name: row.displayLabel };
    const before = Object.fromEntries(Object.keys(values).map((key) => [key, row[key as keyof Editable]]));
    if (values.bookmarkUrl !== undefined && row.kind !== 'bookmark') {
      throw new AppError('conflict', `${row.displayLabel} is no bookmark.`, {
        hint: 'Its addresses are set under SSO.',
      });
    }
    assertVersion(row, version, before);
    if (values.usernameFormat !== undefined) await checkMailNames(tx, row, values.usernameFormat);
    draft.changes = withoutPicture(changesBetween(before, values));
    const saved = await tx.application.update({ where: { id }, data: { ...values, version: { increment: 1 } } });
    if (values.usernameFormat !== undefined) await enqueue(tx, 'application-changed', { applicationId: id });
    return { version: saved.version };
  });
}

/** A picture of 64 KiB is not worth a place in the event; that it changed is. */
function withoutPicture(changes: ReturnType<typeof changesBetween>) {
  const { logoImage, ...others } = changes;
  if (!logoImage) return others;
  const say = (value: unknown) => (value ? 'picture' : null);
  return { ...others, logoImage: { from: say(logoImage.from), to: say(logoImage.to) } };
}
