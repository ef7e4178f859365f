import { links } from '@/lib/core/links';
import { inOneLine } from '@/lib/imports/names-in-line';
import { listWaitingImports } from '@/lib/imports/waiting';
import type { AttentionItem } from './schema';

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Imports that wait for a choice, for somebody to confirm them, or for another try. */
export async function waitingImports(): Promise<AttentionItem[]> {
  const waiting = await listWaitingImports();
  return waiting.map(({ id, application, state, undecided, listed, failed, startedByName, held }) => {
    const inReview = state === 'review';
    const { import: toImport } = links.application(application.id);
    return {
      id: `import:${id}`,
      severity: inReview ? 'warning' : 'error',
      subject: application.displayLabel,
      application,
      title: !inReview
        ? `${counted(failed, 'account', 'accounts')} could not be imported`
        : held
          ? `${counted(held.count, 'new person waits', 'new people wait')}: more than the safeguard lets`
          : undecided > 0
            ? `${counted(undecided, 'account needs', 'accounts need')} a choice`
            : 'An import waits for confirmation',
      cause: held
        ? `An import that started by itself would create ${inOneLine(held.names, held.count)}.`
        : inReview
          ? `${counted(listed, 'account', 'accounts')} in an import that ${startedByName} started.`
          : 'Each says why, and can be tried again.',
      action: {
        label: inReview ? 'Review import' : 'Show failed accounts',
        href: toImport(id, inReview ? (undecided > 0 && !held ? { decision: 'undecided' } : {}) : { state: 'failed' }),
        needs: null,
      },
    };
  });
}
