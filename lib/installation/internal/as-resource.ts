import type { Resource } from '@/lib/events/command';
import type { StoredSettings } from '@/lib/settings/settings';

/** The installation as commands answer it: there is one, in the version of its settings. */
export function asResource({ version }: StoredSettings): Resource {
  return { id: 'installation', version };
}
