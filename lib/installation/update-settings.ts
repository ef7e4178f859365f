import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import { attempt } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { updateSettingsSchema } from '@/lib/settings/schema';
import { forgetSettings, lockSettings, writeSettings } from '@/lib/settings/settings';
import { asResource } from './internal/as-resource';

/**
 * Saves the settings of the installation. Every process goes by them within seconds.
 * @param input `version` as it was loaded
 * @returns the installation
 * @throws AppError `stale_version` carrying what is stored now
 */
export const updateSettings = declareCommand(
  { id: 'updateSettings', permission: 'settings.write', input: updateSettingsSchema, event: 'settings_update' },
  async (actor, { version, ...settings }) => {
    const saved = { version: version + 1, settings };
    await attempt({ name: 'settings_update', actor }, async (tx, draft) => {
      const stored = await lockSettings(tx);
      if (stored.version !== version) {
        throw new AppError('stale_version', 'Somebody else saved the settings while you were editing them.', {
          hint: 'Compare what is stored now with what you typed, then save again.',
          details: { version: stored.version, values: stored.settings },
        });
      }
      draft.changes = changesBetween(stored.settings, settings);
      await writeSettings(tx, saved);
    });
    forgetSettings();
    return asResource(saved);
  },
);
