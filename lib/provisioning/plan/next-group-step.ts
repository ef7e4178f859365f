import { heldHint, type NextStep, skipped } from './next-step';
import type { PlannedLink } from './planned-link';

/** The plan for a group as a person reads it. */
export function nextGroupStep({ action, changes, members, reason, because, waits, takesOver }: PlannedLink): NextStep {
  const { added, removed, unmanaged = 0 } = members ?? { added: 0, removed: 0 };
  switch (action) {
    case 'skip':
      return skipped(reason);
    case 'none': {
      const words = because === 'not_managed' ? 'Not managed; nothing to do.' : 'Nothing to change.';
      return takesOver
        ? { action: 'take_over', words: 'Takes over the existing group, which agrees with the directory.', changes }
        : { action, words, changes };
    }
    case 'create':
      return { action, words: `Creates the group, then adds ${count(added, 'member')}.`, changes };
    case 'delete':
      return { action, words: 'Deletes the group.', ...(waits ? heldHint : {}), changes };
    default: {
      const attributes = Object.keys(changes).length;
      const parts = [
        ...(attributes > 0 ? [`changes ${count(attributes, 'attribute')}`] : []),
        ...(added > 0 ? [`adds ${count(added, 'member')}`] : []),
        ...(removed > 0 ? [`removes ${count(removed, 'member')}${unmanagedWords(removed, unmanaged)}`] : []),
      ];
      const all = [...(takesOver ? ['takes over the existing group'] : []), ...parts].join(', ');
      return {
        action: takesOver ? 'take_over' : action,
        words: `${all.charAt(0).toUpperCase()}${all.slice(1)}.`,
        changes,
      };
    }
  }
}

function unmanagedWords(removed: number, unmanaged: number): string {
  if (unmanaged === 0) return '';
  const who = unmanaged === removed ? '' : `${unmanaged.toLocaleString('en')} of them `;
  return ` (${who}not managed here)`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
