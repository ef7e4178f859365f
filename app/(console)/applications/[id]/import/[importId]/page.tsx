import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ExportMenu } from '@/components/patterns/export-menu';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { importStatesThat, isOneOf } from '@/lib/core/states';
import { getImportScope } from '@/lib/imports/add-to-group';
import { listImportComments } from '@/lib/imports/comments';
import { countMatches, listImportRows, summarizeMatching } from '@/lib/imports/queries';
import { listImportRuns } from '@/lib/imports/runs';
import { type ImportFilter, resultFilterSchema, reviewFilterSchema } from '@/lib/imports/schema';
import { countWithoutLink } from '@/lib/imports/send-activations';
import { loadApplication } from '../../_components/load-application';
import { Comments } from '../_components/comments';
import type { Reviewer } from '../_components/decision-cell';
import { Fetching } from '../_components/fetching';
import { ImportHead } from '../_components/import-head';
import { loadImport } from '../_components/load-import';
import { NewOnlySwitch } from '../_components/new-only-switch';
import { Result } from '../_components/result';
import { ReviewTable } from '../_components/review-table';
import { ReviewTiles } from '../_components/review-tiles';
import { Running } from '../_components/running';
import { Runs } from '../_components/runs';

export const metadata: Metadata = { title: 'Import' };

interface Props {
  params: Promise<{ id: string; importId: string }>;
  searchParams: ListSearch;
}

/** One import, at whatever step it is: it can be left and reopened here. */
export default async function ImportPage({ params, searchParams }: Props) {
  const session = await requireSession('imports.read');
  const { id, importId } = await params;
  const application = await loadApplication(id);
  const current = await loadImport(importId, application.id);
  const asked = await searchParams;
  const filter = resultFilterSchema.parse(asked);
  const mayRun = may(session, 'imports.run');
  const reviewer = { id: session.user.id, mayGiveNames: may(session, 'applications.write') };
  const { state, takesPeople, takesGroups } = current;
  if (isOneOf(importStatesThat.wereRead, state) && !takesPeople) redirect(links.application(id).importGroups(importId));
  const runs = (await listImportRuns(importId)).filter(({ ofGroups }) => !ofGroups);
  const retried = runs.find(({ kind, finishedAt }) => kind === 'retry' && !finishedAt);
  return (
    <div className="grid gap-5">
      <ImportHead current={current} mayRun={mayRun} />
      {state === 'fetching' && (
        <Fetching
          importId={importId}
          appName={application.displayLabel}
          mayRun={mayRun}
          takes={{ people: takesPeople, groups: takesGroups }}
        />
      )}
      {state === 'failed' && (
        <Callout
          kind="error"
          title={`The ${takesPeople ? 'accounts' : 'groups'} of ${application.displayLabel} could not be read`}
        >
          {current.error?.message ?? 'No reason was given.'} Nothing was imported.
        </Callout>
      )}
      {state === 'review' && (
        <Review
          importId={importId}
          applicationId={id}
          filter={reviewFilterSchema.parse(asked)}
          appName={application.displayLabel}
          reviewer={reviewer}
          readOnly={!mayRun}
        />
      )}
      {state === 'running' && <Running importId={importId} selected={current.selected} retried={retried?.rows} />}
      {current.supersededById && (
        <Callout
          title="The next import of the schedule has taken the place of this one"
          actions={
            <LinkButton href={links.application(id).import(current.supersededById)}>Open the newer import</LinkButton>
          }
        >
          What was chosen here and said about it is kept there.
        </Callout>
      )}
      {state === 'finished' && !current.confirmedAt && !current.supersededById && (
        <Callout title="This import was discarded before it was confirmed">Nothing was imported.</Callout>
      )}
      {state === 'finished' && current.confirmedAt && (
        <Result
          importId={importId}
          applicationId={id}
          counts={current.counts}
          page={await listImportRows(importId, { ...filter, confirmed: true })}
          filter={filter}
          reviewer={reviewer}
          scope={await getImportScope(importId)}
          mayRun={mayRun}
          mayAdd={may(session, 'groups.write')}
          withoutLink={may(session, 'users.write') ? await countWithoutLink(importId) : undefined}
        />
      )}
      <Runs runs={runs} />
      {state !== 'fetching' && (
        <Comments importId={importId} comments={await listImportComments(importId)} mayWrite={mayRun} />
      )}
    </div>
  );
}

async function Review(props: {
  importId: string;
  applicationId: string;
  filter: ImportFilter;
  appName: string;
  reviewer: Reviewer;
  readOnly: boolean;
}) {
  const { importId, filter, appName, reviewer } = props;
  const [page, counts, matching] = await Promise.all([
    listImportRows(importId, filter),
    countMatches(importId),
    summarizeMatching(importId, filter, reviewer.id),
  ]);
  return (
    <div className="grid gap-4">
      <Callout title={`Imported users must be members of a user group associated with ${appName}`}>
        Until then Latchkey does not manage their account there, and they cannot sign in to it. Who is not in such a
        group can be added after the import.
      </Callout>
      <ReviewTiles counts={counts} />
      {counts.undecided > 0 && (
        <p className="text-muted text-xs">
          {counts.undecided.toLocaleString('en')} {counts.undecided === 1 ? 'account needs' : 'accounts need'} a choice:
          they come first, and each says why. Until somebody chooses, nothing is done with them.
          {!reviewer.mayGiveNames && ' Where a person would sign in by another name, an administrator has to choose.'}
        </p>
      )}
      <ListFrame
        search="Search accounts"
        filters={[
          {
            param: 'status',
            label: 'Status',
            single: true,
            options: [
              { value: 'new', label: 'New', count: counts.new },
              { value: 'imported', label: 'Imported', count: counts.imported },
            ],
          },
          {
            param: 'match',
            label: 'Match',
            options: [
              { value: 'none', label: 'None', count: counts.none },
              { value: 'exact', label: 'Exact', count: counts.exact },
              { value: 'partial', label: 'Partial: name only', count: counts.partial },
              { value: 'ambiguous', label: 'Several', count: counts.ambiguous },
            ],
          },
          {
            param: 'decision',
            label: 'Action',
            options: [
              { value: 'undecided', label: 'To choose', count: counts.undecided },
              { value: 'create', label: 'Create', count: counts.create },
              { value: 'link', label: 'Link', count: counts.link },
              { value: 'update', label: 'Update', count: counts.update },
              { value: 'ignore', label: 'Ignore', count: counts.ignore },
            ],
          },
          {
            param: 'active',
            label: 'In the application',
            single: true,
            options: [{ value: 'false', label: 'Inactive', count: counts.inactive }],
          },
        ]}
        tools={
          <div className="flex flex-wrap items-center gap-3">
            <NewOnlySwitch />
            <ExportMenu address={`/api/imports/${importId}/export`} />
          </div>
        }
      >
        <ReviewTable
          importId={importId}
          page={page}
          filter={filter}
          matching={matching}
          reviewer={reviewer}
          readOnly={props.readOnly}
        />
      </ListFrame>
    </div>
  );
}
