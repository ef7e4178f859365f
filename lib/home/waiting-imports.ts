import { links } from '@/lib/core/links';
import { inOneLine } from '@/lib/imports/names-in-line';
import { listWaitingImports, type WaitingImport } from '@/lib/imports/waiting';
import type { AttentionItem } from './schema';

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Imports that have a line of their own; the list of imports has all of them. */
const importsShown = 5;

/** Imports that wait for a choice, for somebody to confirm them, or for another try: the oldest, and how many more there are. */
export async function waitingImports(): Promise<AttentionItem[]> {
  const { items: waiting, total, totalIsExact } = await listWaitingImports({}, importsShown);
  const more = total - waiting.length;
  const others: AttentionItem[] =
    more > 0
      ? [
          {
            id: 'imports:more',
            severity: 'warning',
            subject: 'Imports',
            application: null,
            title: `${more.toLocaleString('en')}${totalIsExact ? '' : '+'} more ${more === 1 ? 'import waits' : 'imports wait'}`,
            cause: 'The oldest stand here.',
            action: { label: 'Show all', href: links.waitingImports(), needs: null },
          },
        ]
      : [];
  return [...waiting.map(asItem), ...others];
}

function asItem(waiting: WaitingImport): AttentionItem {
  const { id, application, state, undecided, listed, failed, groups, startedByName, held } = waiting;
  const inReview = state === 'review';
  const { import: toImport, importGroups } = links.application(application.id);
  const onlyGroups = inReview && listed === 0;
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
          : onlyGroups
            ? `${counted(groups, 'group waits', 'groups wait')} for a choice`
            : 'An import waits for confirmation',
    cause: held
      ? `An import that started by itself would create ${inOneLine(held.names, held.count)}.`
      : inReview
        ? `${[
            ...(onlyGroups ? [] : [counted(listed, 'account', 'accounts')]),
            ...(groups > 0 ? [counted(groups, 'group', 'groups')] : []),
          ].join(' and ')} in an import that ${startedByName} started.`
        : 'Each says why, and can be tried again.',
    action: {
      label: inReview ? 'Review import' : 'Show failed accounts',
      href: onlyGroups
        ? importGroups(id)
        : toImport(id, inReview ? (undecided > 0 && !held ? { decision: 'undecided' } : {}) : { state: 'failed' }),
      needs: null,
    },
  };
}
