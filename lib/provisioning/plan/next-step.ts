import type { Changes } from '@/lib/events/schema';
import { inactiveReasons, mappedInactive, type SkipReason } from './plan-user';
import type { Because, PlannedLink } from './planned-link';

/** What the next cycle would do for one person, in words. */
export interface NextStep {
  action: 'create' | 'take_over' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'none' | 'skip';
  words: string;
  /** How to mend what stands in the way. */
  hint?: string;
  changes: Changes;
}

const inactiveWords: Readonly<Record<Because, string>> = {
  out_of_scope: 'Not in scope; nothing to do.',
  filtered_out: 'Filtered out; nothing to do.',
  suspended: 'The person is suspended; nothing to do.',
  deleted: 'The person was deleted; nothing to do.',
  purged: 'Nothing to change.',
  imported: 'Imported and not managed; nothing to do.',
  not_managed: 'Not managed; nothing to do.',
};

/** What is said of what waits. */
export const heldHint = { hint: 'It is sent only once somebody allows it.' };

/** A plan for a person as a person reads it. */
export function nextStep({ action, changes, reason, because, filteredOutBy, waits, takesOver }: PlannedLink): NextStep {
  const count = Object.keys(changes).length;
  const attributes = `${count} ${count === 1 ? 'attribute' : 'attributes'}`;
  switch (action) {
    case 'skip':
      return skipped(reason);
    case 'none':
      return takesOver
        ? {
            action: 'take_over',
            words: 'Takes over the existing account, which agrees with the directory.',
            changes,
          }
        : {
            action,
            words: reason ? `${reason.message} It is left so.` : nothingWords(because, filteredOutBy),
            changes,
          };
    case 'create':
      return { action, words: 'Creates the account.', changes };
    case 'update':
      return takesOver
        ? { action: 'take_over', words: `Takes over the existing account and changes ${attributes}.`, changes }
        : { action, words: `Changes ${attributes}.`, ...hintOf(waits, reason), changes };
    case 'reactivate':
      return { action, words: 'Reactivates the account.', changes };
    case 'deactivate':
      return {
        action,
        words: `Deactivates the account: the person ${leftWords(because)}${filteredOutBy ? ` by ${filteredOutBy}` : ''}.`,
        ...hintOf(waits, reason),
        changes,
      };
    case 'delete':
      return { action, words: `Deletes the account${deletedWords(because)}.`, ...hintOf(waits, reason), changes };
  }
}

/** @param reason why not all of it is sent */
function hintOf(waits: boolean, reason: SkipReason | null): { hint?: string } {
  if (waits) return heldHint;
  return reason ? { hint: reason.message } : {};
}

function deletedWords(because: Because | null): string {
  return because === null || because === 'purged' ? '' : `: the person ${leftWords(because)}`;
}

function nothingWords(because: Because | null, filteredOutBy: string | null): string {
  if (filteredOutBy) return `Filtered out by ${filteredOutBy}; nothing to do.`;
  return because ? inactiveWords[because] : 'Nothing to change.';
}

function leftWords(because: Because | null): string {
  if (because === null) return mappedInactive;
  const reasons: Readonly<Partial<Record<Because, string>>> = inactiveReasons;
  return (because && reasons[because]) || inactiveReasons.out_of_scope;
}

/** What stands in the way, in words. */
export function skipped(reason: SkipReason | null): NextStep {
  const { message = '', hint } = reason ?? {};
  return { action: 'skip', words: message, ...(hint ? { hint } : {}), changes: {} };
}
