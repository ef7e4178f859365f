import { AbsoluteTime, RelativeTime } from '@/components/patterns/relative-time';
import { Callout } from '@/components/ui/callout';
import { Status } from '@/components/ui/status';
import { LinkTabs } from '@/components/ui/tabs';
import { links } from '@/lib/core/links';
import { importStatesThat, isOneOf } from '@/lib/core/states';
import { findNextFullReading } from '@/lib/imports/changed-since';
import { countImportGroups } from '@/lib/imports/groups/queries';
import { Steps } from '../../../new/_components/steps';
import { DiscardImport } from './discard-import';
import type { LoadedImport } from './load-import';
import { StartImport } from './start-import';

const steps = ['Fetch', 'Review', 'Confirm', 'Result'];
const stepOf = { fetching: 0, review: 1, running: 2, finished: 3, failed: 0 } as const;

/** At which step an import is, and its two parts where it reads accounts and groups. */
export async function ImportHead({ current, mayRun }: { current: LoadedImport; mayRun: boolean }) {
  const { id: importId, applicationId: id, state, takesPeople, takesGroups } = current;
  const isRead = isOneOf(importStatesThat.wereRead, state);
  const nextFull = current.changedSince ? await findNextFullReading(id) : null;
  const groups = isRead && takesGroups ? await countImportGroups(importId) : undefined;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <Steps labels={steps} current={stepOf[state]} />
        <p className="flex flex-wrap items-center gap-3 text-muted text-xs">
          <span>
            Started by {current.startedByName}, <AbsoluteTime at={current.startedAt} />
          </span>
          {state === 'review' && mayRun && <DiscardImport importId={importId} applicationId={id} />}
          {isOneOf(importStatesThat.areFinal, state) && mayRun && (
            <StartImport applicationId={id} label="New import" variant="secondary" />
          )}
        </p>
      </div>
      {current.changedSince && isRead && (
        <Callout title="Only accounts that have changed were read">
          Read since <AbsoluteTime at={current.changedSince} />, beside those that still waited or are left out. All are
          read again {nextFull ? <RelativeTime tense="future" at={nextFull} /> : 'by the next import'}: until then, an
          account that was deleted in the application may still stand here.
        </Callout>
      )}
      {groups && takesPeople && (
        <LinkTabs
          label="Parts of the import"
          tabs={[
            { href: links.application(id).import(importId), label: 'Accounts', count: current.fetched, exact: true },
            {
              href: links.application(id).importGroups(importId),
              label: 'Groups',
              count: groups.all,
              mark: groups.undecided + groups.held > 0 && (
                <Status tone="attention" className="text-xs">
                  {(groups.undecided + groups.held).toLocaleString('en')} to choose
                </Status>
              ),
            },
          ]}
        />
      )}
    </>
  );
}
