import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { Callout } from '@/components/ui/callout';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { importStatesThat, isOneOf } from '@/lib/core/states';
import { countImportGroups, listImportGroups } from '@/lib/imports/groups/queries';
import { importGroupFilterSchema } from '@/lib/imports/groups/schema';
import { listImportRuns } from '@/lib/imports/runs';
import { loadApplication } from '../../../_components/load-application';
import { ConfirmGroups } from '../../_components/confirm-groups';
import { GroupsTable } from '../../_components/groups-table';
import { ImportHead } from '../../_components/import-head';
import { loadImport } from '../../_components/load-import';
import { RefreshWhileQueued } from '../../_components/refresh-while-queued';
import { Runs } from '../../_components/runs';

export const metadata: Metadata = { title: 'Groups of an import' };

interface Props {
  params: Promise<{ id: string; importId: string }>;
  searchParams: ListSearch;
}

/** Groups that an import has read: what each is here, and what is to be done with it. */
export default async function ImportGroupsPage({ params, searchParams }: Props) {
  const session = await requireSession('imports.read');
  const { id, importId } = await params;
  const application = await loadApplication(id);
  const current = await loadImport(importId, application.id);
  const { state, takesGroups, groupsError, heldLeaving } = current;
  if (!isOneOf(importStatesThat.wereRead, state) || !takesGroups) {
    redirect(links.application(id).import(importId));
  }
  const filter = importGroupFilterSchema.parse(await searchParams);
  const [page, counts, runs] = await Promise.all([
    listImportGroups(importId, filter),
    countImportGroups(importId),
    listImportRuns(importId),
  ]);
  const isDiscarded = state === 'finished' && !current.confirmedAt;
  const mayRun = may(session, 'imports.run') && !isDiscarded;
  const label = application.displayLabel;
  return (
    <div className="grid gap-5">
      <ImportHead current={current} mayRun={may(session, 'imports.run')} />
      {counts.queued > 0 && <RefreshWhileQueued importId={importId} queued={counts.queued} />}
      {isDiscarded && (
        <Callout title="This import was discarded before it was confirmed">
          Groups that were here already have followed {label}; nothing else was imported.
        </Callout>
      )}
      {groupsError && (
        <Callout kind="warning" title={`The groups of ${label} could not be read`}>
          {groupsError.message} Its accounts were: they can be imported without groups.
        </Callout>
      )}
      {heldLeaving !== null && counts.held > 0 && (
        <Callout
          kind="warning"
          title={`${heldLeaving.toLocaleString('en')} ${heldLeaving === 1 ? 'person' : 'people'} would lose access by leaving groups over there`}
        >
          That is more than the safeguard in the import settings lets.{' '}
          {counts.held === 1 ? 'This group is' : 'These groups are'} as before, and{' '}
          {counts.held === 1 ? 'follows' : 'follow'} {label} once you import {counts.held === 1 ? 'it' : 'them'}.
        </Callout>
      )}
      <Callout title={`A group of ${label} can be kept, linked, or turned`}>
        Kept, it stands here read-only, follows {label} with each import, and can give access to other applications; it
        is never pushed back. Linked, a user group of the directory is pushed to it. Turned, it becomes a user group of
        its own, without a tie.
      </Callout>
      <ListFrame
        search="Search groups"
        filters={[
          {
            param: 'groups',
            label: 'What it is here',
            single: true,
            options: [
              { value: 'undecided', label: 'To choose', count: counts.undecided },
              { value: 'none', label: 'New', count: counts.none },
              { value: 'name', label: 'Same name as a user group', count: counts.name },
              { value: 'linked', label: 'Linked', count: counts.linked },
              { value: 'kept', label: `Group of ${label}`, count: counts.kept },
            ],
          },
          {
            param: 'result',
            label: 'Result',
            single: true,
            options: [
              { value: 'done', label: 'Done', count: counts.done },
              { value: 'failed', label: 'Failed', count: counts.failed },
            ],
          },
        ]}
        tools={
          mayRun &&
          (counts.ready > 0 || counts.failed > 0) && (
            <ConfirmGroups
              importId={importId}
              appName={label}
              ready={counts.ready + counts.failed}
              held={heldLeaving}
            />
          )
        }
      >
        <GroupsTable
          importId={importId}
          application={{ id, displayLabel: label }}
          page={page}
          readOnly={!mayRun}
          mayChange={may(session, 'groups.write') && may(session, 'applications.write')}
          held={counts.held > 0 ? heldLeaving : null}
        />
      </ListFrame>
      <Runs runs={runs.filter(({ ofGroups }) => ofGroups)} />
    </div>
  );
}
