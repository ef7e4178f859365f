import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { type UpdateSettingsInput, updateSettingsSchema } from '@/lib/settings/schema';
import { forgetSettings, lockSettings, writeSettings } from '@/lib/settings/settings';

/**
 * Saves the settings of the installation. Every process goes by them within seconds.
 * @param input `version` as it was loaded
 * @throws AppError `stale_version` carrying what is stored now
 */
export async function updateSettings(actor: Actor, input: UpdateSettingsInput): Promise<{ version: number }> {
  const { version, ...settings } = updateSettingsSchema.parse(input);
  const saved = await attempt({ name: 'settings_update', actor }, async (tx, draft) => {
    const stored = await lockSettings(tx);
    if (stored.version !== version) {
      throw new AppError('stale_version', 'Somebody else saved the settings while you were editing them.', {
        hint: 'Compare what is stored now with what you typed, then save again.',
        details: { version: stored.version, values: stored.settings },
      });
    }
    draft.changes = changesBetween(stored.settings, settings);
    await writeSettings(tx, { version: version + 1, settings });
    return { version: version + 1 };
  });
  forgetSettings();
  return saved;
}
