import type { Changes } from '@/lib/events/schema';
import type { MapResult } from '@/lib/mappings/map';
import type { Value } from '@/lib/mappings/value';
import { readPath, type ScimResource, writePath } from '@/lib/scim/path';
import { withoutSecrets } from '../internal/without-secrets';

/** What stands for a value that is not shown. */
export const hiddenWords = { redacted: '[Redact]', generated: '(generated)' } as const;

type Hidden = Pick<MapResult, 'generated' | 'redacted'>;

/** Generated values differ each time, and what is redacted is nobody's business. */
export function shownValues(values: Readonly<Record<string, Value>>, hidden: Hidden): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([target, value]) => [target, word(target, hidden) ?? value]));
}

/** The same for what a plan would change: neither the old value nor the new one is told. */
export function shownChanges(changes: Changes, hidden: Hidden): Changes {
  const shown = Object.entries(withoutSecrets(changes)).map(([target, change]): [string, Changes[string]] => {
    const instead = word(target, hidden);
    return [target, instead === undefined ? change : { from: change.from === null ? null : instead, to: instead }];
  });
  return Object.fromEntries(shown);
}

/** A resource as it was read, without what an expression redacts. */
export function shownResource(resource: ScimResource, redacted: readonly string[]): ScimResource {
  return redacted
    .filter((target) => (readPath(resource, target) ?? null) !== null)
    .reduce((shown, target) => writePath(shown, target, hiddenWords.redacted), resource);
}

function word(target: string, { generated, redacted }: Hidden): string | undefined {
  if (redacted.includes(target)) return hiddenWords.redacted;
  return generated.includes(target) ? hiddenWords.generated : undefined;
}
