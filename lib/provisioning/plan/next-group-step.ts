import type { NextStep } from './next-step';
import type { GroupPreview } from './preview-group';

/** The plan for a group as a person reads it. */
export function nextGroupStep({ plan, membership, takesOver }: GroupPreview): NextStep {
  switch (plan.action) {
    case 'skip': {
      const { message, hint } = plan.reason;
      return { action: 'skip', words: message, ...(hint ? { hint } : {}), changes: {} };
    }
    case 'none': {
      const released = membership.desired.kind === 'released';
      const words = released ? 'Not managed; nothing to do.' : 'Nothing to change.';
      return takesOver
        ? { action: 'take_over', words: 'Takes over the existing group, which agrees with the directory.', changes: {} }
        : { action: 'none', words, changes: {} };
    }
    case 'create':
      return {
        action: 'create',
        words: `Creates the group, then adds ${count(plan.add.length, 'member')}.`,
        changes: plan.changes,
      };
    case 'update': {
      const attributes = Object.keys(plan.changes).length;
      const parts = [
        ...(attributes > 0 ? [`changes ${count(attributes, 'attribute')}`] : []),
        ...(plan.add.length > 0 ? [`adds ${count(plan.add.length, 'member')}`] : []),
        ...(plan.remove.length > 0 ? [`removes ${count(plan.remove.length, 'member')}`] : []),
      ];
      const all = [...(takesOver ? ['takes over the existing group'] : []), ...parts].join(', ');
      const words = `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
      return { action: takesOver ? 'take_over' : 'update', words, changes: plan.changes };
    }
    case 'delete':
      return { action: 'delete', words: 'Deletes the group.', changes: {} };
  }
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
