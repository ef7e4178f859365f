import type { ListedRows } from '@/components/patterns/data-table-types';
import { ExportMenu } from '@/components/patterns/export-menu';
import { ListFrame } from '@/components/patterns/list-page';
import { ResultNotice } from '@/components/patterns/result-notice';
import { links } from '@/lib/core/links';
import type { ImportScope } from '@/lib/imports/add-to-group';
import type { ImportCounts, ImportRowView } from '@/lib/imports/queries';
import { AddToGroup } from './add-to-group';
import type { Reviewer } from './decision-cell';
import { ResultTable } from './result-table';
import { RetryFailed } from './retry-failed';
import { ScopeBanner } from './scope-banner';
import { SendActivations } from './send-activations';

/** Step 4: how it went, who failed and why, and who is still outside the scope. */
export function Result(props: {
  importId: string;
  applicationId: string;
  counts: ImportCounts;
  page: ListedRows<ImportRowView>;
  filter: { q?: string | undefined; state?: string | undefined; sort: string };
  reviewer: Reviewer;
  scope: ImportScope;
  mayRun: boolean;
  mayAdd: boolean;
  /** Created people who have neither password nor link; absent: whoever looks sends none. */
  withoutLink: { count: number; countIsExact: boolean } | undefined;
}) {
  const { importId, applicationId, counts, page, scope } = props;
  return (
    <div className="grid gap-4">
      <ResultNotice
        done={counts.done}
        total={counts.done + counts.failed}
        failed={counts.failed}
        verb="imported"
        failedHref={links.application(applicationId).import(importId, { state: 'failed' })}
        actions={
          <>
            {props.mayRun && counts.failed > 0 && <RetryFailed importId={importId} failed={counts.failed} />}
            {props.withoutLink && (props.withoutLink.count > 0 || !props.withoutLink.countIsExact) && (
              <SendActivations importId={importId} {...props.withoutLink} />
            )}
          </>
        }
      >
        {counts.done > 0 && 'Who was created is active, with a password pending: they choose it by an activation link.'}
      </ResultNotice>
      {(scope.outOfScope > 0 || !scope.outOfScopeIsExact) && (
        <ScopeBanner importId={importId} applicationId={applicationId} scope={scope} mayAdd={props.mayAdd} />
      )}
      <ListFrame
        search="Search accounts"
        filters={[
          {
            param: 'state',
            label: 'Result',
            single: true,
            options: [
              { value: 'done', label: 'Imported', count: counts.done },
              { value: 'failed', label: 'Failed', count: counts.failed },
            ],
          },
        ]}
        tools={
          <div className="flex flex-wrap items-center gap-2">
            {props.mayAdd && counts.done > 0 && scope.groups.length > 0 && (
              <AddToGroup importId={importId} groups={scope.groups} label="Add everybody to a group…" />
            )}
            <ExportMenu address={`/api/imports/${importId}/export`} also={{ confirmed: 'true' }} />
          </div>
        }
      >
        <ResultTable
          importId={importId}
          page={page}
          filter={props.filter}
          reviewer={props.reviewer}
          groups={props.mayAdd ? scope.groups : []}
          mayRun={props.mayRun}
        />
      </ListFrame>
    </div>
  );
}
