import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ExportMenu } from '@/components/patterns/export-menu';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Callout } from '@/components/ui/callout';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { importStatesThat, isOneOf } from '@/lib/core/states';
import { getImportScope } from '@/lib/imports/add-to-group';
import { listImportComments } from '@/lib/imports/comments';
import { countMatches, getImport, listImportRows, summarizeMatching } from '@/lib/imports/queries';
import { type ImportFilter, resultFilterSchema, reviewFilterSchema } from '@/lib/imports/schema';
import { countWithoutLink } from '@/lib/imports/send-activations';
import { Steps } from '../../../new/_components/steps';
import { loadApplication } from '../../_components/load-application';
import { Comments } from '../_components/comments';
import type { Reviewer } from '../_components/decision-cell';
import { DiscardImport } from '../_components/discard-import';
import { Fetching } from '../_components/fetching';
import { NewOnlySwitch } from '../_components/new-only-switch';
import { Result } from '../_components/result';
import { ReviewTable } from '../_components/review-table';
import { ReviewTiles } from '../_components/review-tiles';
import { Running } from '../_components/running';
import { StartImport } from '../_components/start-import';

export const metadata: Metadata = { title: 'Import' };

interface Props {
  params: Promise<{ id: string; importId: string }>;
  searchParams: ListSearch;
}

const steps = ['Fetch', 'Review', 'Confirm', 'Result'];
const stepOf = { fetching: 0, review: 1, running: 2, finished: 3, failed: 0 } as const;

/** One import, at whatever step it is: it can be left and reopened here. */
export default async function ImportPage({ params, searchParams }: Props) {
  const session = await requireSession('imports.read');
  const { id, importId } = await params;
  const application = await loadApplication(id);
  const current = await findImport(importId, application.id);
  const asked = await searchParams;
  const filter = resultFilterSchema.parse(asked);
  const mayRun = may(session, 'imports.run');
  const reviewer = { id: session.user.id, mayGiveNames: may(session, 'applications.write') };
  const { state } = current;
  return (
    <div className="grid gap-5">
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
      {state === 'fetching' && <Fetching importId={importId} appName={application.displayLabel} mayRun={mayRun} />}
      {state === 'failed' && (
        <Callout kind="error" title={`The accounts of ${application.displayLabel} could not be read`}>
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
      {state === 'running' && <Running importId={importId} selected={current.selected} />}
      {state === 'finished' && !current.confirmedAt && (
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

async function findImport(importId: string, applicationId: string) {
  if (!/^[0-9a-f-]{36}$/.test(importId)) notFound();
  return getImport(importId, applicationId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
}
