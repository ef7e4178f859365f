import type { Changes } from '@/lib/events/schema';
import type { PersonPreview } from './preview-person';

/** What the next cycle would do for one person, in words. */
export interface NextStep {
  action: 'create' | 'take_over' | 'update' | 'reactivate' | 'deactivate' | 'delete' | 'none' | 'skip';
  words: string;
  /** How to mend what stands in the way. */
  hint?: string;
  changes: Changes;
}

const inactiveWords = {
  out_of_scope: 'Not in scope; nothing to do.',
  suspended: 'The person is suspended; nothing to do.',
  deleted: 'The person was deleted; nothing to do.',
} as const;

/** A plan as a person reads it. */
export function nextStep({ plan, desired, linked, takesOver }: PersonPreview): NextStep {
  switch (plan.action) {
    case 'skip': {
      const { message, hint } = plan.reason;
      return { action: 'skip', words: message, ...(hint ? { hint } : {}), changes: {} };
    }
    case 'none':
      return {
        action: takesOver ? 'take_over' : 'none',
        words: takesOver
          ? 'Takes over the existing account, which agrees with the directory.'
          : desired.kind === 'inactive'
            ? linked.kind === 'account' && linked.imported
              ? 'Imported and not managed; nothing to do.'
              : inactiveWords[desired.reason]
            : 'Nothing to change.',
        changes: {},
      };
    case 'create':
      return { action: 'create', words: 'Creates the account.', changes: plan.changes };
    case 'update': {
      const count = Object.keys(plan.changes).length;
      const attributes = `${count} ${count === 1 ? 'attribute' : 'attributes'}`;
      return takesOver
        ? {
            action: 'take_over',
            words: `Takes over the existing account and changes ${attributes}.`,
            changes: plan.changes,
          }
        : { action: 'update', words: `Changes ${attributes}.`, changes: plan.changes };
    }
    case 'reactivate':
      return { action: 'reactivate', words: 'Reactivates the account.', changes: plan.changes };
    case 'deactivate':
      return {
        action: 'deactivate',
        words: `Deactivates the account: the person ${plan.reason}.`,
        changes: plan.changes,
      };
    case 'delete':
      return { action: 'delete', words: 'Deletes the account.', changes: {} };
  }
}
