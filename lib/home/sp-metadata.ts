import { links } from '@/lib/core/links';
import { listSourcesInNeed } from '@/lib/sso/sp-metadata/queries';
import type { AttentionItem } from './schema';

/** Metadata of service providers that waits to be looked at, cannot be read, or does not hold any more. */
export async function spMetadata(): Promise<AttentionItem[]> {
  const sources = await listSourcesInNeed();
  return sources.map(({ application, heldDigest, failingSince, failure, validUntil }): AttentionItem => {
    const about = {
      id: `sp-metadata:${application.id}`,
      subject: application.displayLabel,
      application,
    };
    const href = links.application(application.id).spMetadata();
    if (heldDigest !== null) {
      return {
        ...{ ...about, severity: 'warning', title: 'Its metadata has changed' },
        cause: 'Nothing of it is applied before somebody has compared it.',
        action: { label: 'Review', href, needs: 'sso.write' },
      };
    }
    const expired = validUntil !== null && validUntil <= new Date();
    return {
      ...{ ...about, severity: expired ? 'error' : 'warning' },
      title: expired
        ? `Its metadata has expired on ${validUntil.toISOString().slice(0, 10)}`
        : `Its metadata cannot be read since ${(failingSince ?? new Date()).toISOString().slice(0, 10)}`,
      cause: failure ?? 'No newer one was read.',
      action: { label: 'See to it', href, needs: 'sso.write' },
    };
  });
}
