import type { Changes } from '@/lib/events/schema';
import { redactedTargets } from '@/lib/mappings/map';
import type { AttributeMapping } from '@/lib/mappings/schema';

/** Passwords that a mapping generates are sent and forgotten, and what an expression redacts is nobody's business. */
export function withoutSecrets(changes: Changes, mappings: readonly AttributeMapping[] = []): Changes {
  const redacted = redactedTargets(mappings);
  const entries = Object.entries(changes).map(([path, change]): [string, Changes[string]] => {
    if (/password/i.test(path)) return [path, { from: null, to: '(generated)' }];
    return redacted.includes(path) ? [path, hidden(change)] : [path, change];
  });
  return Object.fromEntries(entries);
}

/** What there was and what there is to be, but for whether there is anything. */
function hidden({ from, to, ...more }: Changes[string]): Changes[string] {
  return { from: from === null ? null : '[Redact]', to: to === null ? null : '[Redact]', ...more };
}

/**
 * What is left of an attempt's changes once it is over. Until then they are what it is looked up by.
 * @returns nothing where nothing is redacted: they stay as they are
 */
export function afterwards(changes: Changes, mappings: readonly AttributeMapping[]): { changes?: Changes } {
  return redactedTargets(mappings).length === 0 ? {} : { changes: withoutSecrets(changes, mappings) };
}

/**
 * The values that an expression redacts, for exchanges: an application answers with all that it holds, whatever was sent.
 * @param known what is wanted, and what was sent last
 */
function redactedValues(mappings: readonly AttributeMapping[], known: readonly unknown[]): string[] {
  const values = redactedTargets(mappings).flatMap((target) =>
    known.flatMap((record) => (record as Record<string, unknown> | null | undefined)?.[target]),
  );
  // In shorter ones there is nothing to hide, and they would be found in every word.
  return values.filter((value): value is string => typeof value === 'string' && value.length >= 4);
}

/** Those of one link, a person's or a group's. */
export function redactedOf(
  mappings: readonly AttributeMapping[],
  link: { lastSent: unknown },
  desired: { kind: string; create?: unknown; update?: unknown },
): { secrets: string[] } {
  return { secrets: redactedValues(mappings, [link.lastSent, desired.create, desired.update]) };
}
