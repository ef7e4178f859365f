import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import type { ListSearch } from '@/components/patterns/list-page';
import { PageHeader } from '@/components/patterns/page-header';
import { RelativeTime } from '@/components/patterns/relative-time';
import { ResultNotice } from '@/components/patterns/result-notice';
import { buttonStyle, TextLink } from '@/components/ui/button';
import { may, requireSession } from '@/lib/auth/session';
import { fieldOptions } from '@/lib/batches/file-columns';
import { getUserBatch, listUserBatchRows, type UserBatchDetail } from '@/lib/batches/queries';
import { batchRowsSchema, batchWords } from '@/lib/batches/schema';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import { BatchRows } from './_components/batch-rows';
import { FileColumns } from './_components/file-columns';
import { FileReview } from './_components/file-review';
import { ImportFile } from './_components/import-file';
import { RunningBatch } from './_components/running-batch';
import { UndoBatch } from './_components/undo-batch';

export const metadata: Metadata = { title: 'Change of many people' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

/** What is done to many people: how far it has come, of whom it failed and why, and the way back. */
export default async function UserBatchPage({ params, searchParams }: Props) {
  const session = await requireSession('users.read');
  const batch = await findBatch((await params).id);
  if (!batch) notFound();
  const { id, action, state, counts, total, group } = batch;
  const filter = batchRowsSchema.parse(await searchParams);
  const page = await listUserBatchRows(id, filter);
  const writable = may(session, 'users.write');
  return (
    <>
      <PageHeader
        crumbs={[
          { label: 'Users', href: links.users() },
          { label: 'Changes of many', href: links.userBatches() },
          { label: titleOf(batch) },
        ]}
        title={titleOf(batch)}
        description={
          <>
            By {batch.startedByName}, <RelativeTime at={batch.startedAt} />
            {group && (
              <>
                {' '}
                · <TextLink href={links.group(group.id)}>{group.name}</TextLink>
              </>
            )}
            {batch.undoesId && (
              <>
                {' '}
                · undoes <TextLink href={links.userBatch(batch.undoesId)}>an earlier one</TextLink>
              </>
            )}
            {batch.undoneById && (
              <>
                {' '}
                · <TextLink href={links.userBatch(batch.undoneById)}>undone</TextLink>
              </>
            )}
          </>
        }
        actions={
          <>
            {batch.file && counts.refused + counts.failed > 0 && (
              // A file, and no page: nothing is fetched ahead.
              <a className={buttonStyle()} href={`/api/user-batches/${id}/errors`} download>
                Download refused lines
              </a>
            )}
            {writable && batch.canUndo && <UndoBatch id={id} action={action} done={counts.done} />}
            {writable && batch.planned && (
              <ImportFile id={id} version={batch.version} planned={batch.planned} refused={counts.refused} />
            )}
          </>
        }
      />
      <div className="grid gap-5">
        {state === 'review' && batch.file && (
          <>
            <FileColumns
              key={JSON.stringify(batch.file.columns)}
              id={id}
              version={batch.version}
              header={batch.file.header}
              columns={batch.file.columns}
              options={fieldOptions(await listNamedAttributes())}
              readOnly={!writable}
            />
            <FileReview batch={batch} />
          </>
        )}
        {state === 'review' ? null : state === 'running' ? (
          <RunningBatch id={id} total={total} label={titleOf(batch)} />
        ) : (
          <ResultNotice
            done={counts.done}
            total={counts.done + counts.failed + counts.refused}
            failed={counts.failed + counts.refused}
            verb={batchWords[action].done}
            failedHref={links.userBatch(id, { state: counts.failed > 0 ? 'failed' : 'refused' })}
          >
            {counts.skipped > 0 &&
              `${counts.skipped.toLocaleString('en')} ${counts.skipped === 1 ? 'was' : 'were'} so already.`}
          </ResultNotice>
        )}
        <BatchRows page={page} />
      </div>
    </>
  );
}

function titleOf({ action, total, group, file }: UserBatchDetail): string {
  if (file) return `Import ${file.name}`;
  const people = total === 1 ? '1 person' : `${total.toLocaleString('en')} people`;
  if (group)
    return `${action === 'add_to_group' ? 'Add' : 'Remove'} ${people} ${action === 'add_to_group' ? 'to' : 'from'} ${group.name}`;
  return `${batchWords[action].verb}${action === 'send_activation' ? ' to' : ''} ${people}`;
}

async function findBatch(id: string): Promise<UserBatchDetail | undefined> {
  if (!z.uuid().safeParse(id).success) return undefined;
  return getUserBatch(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
}
