import type { ListedRows } from '@/components/patterns/data-table-types';
import { ListFrame } from '@/components/patterns/list-page';
import { ResultNotice } from '@/components/patterns/result-notice';
import { links } from '@/lib/core/links';
import type { ImportScope } from '@/lib/imports/add-to-group';
import type { ImportCounts, ImportRowView } from '@/lib/imports/queries';
import type { Reviewer } from './decision-cell';
import { ResultTable } from './result-table';
import { ScopeBanner } from './scope-banner';

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
      >
        {counts.done > 0 &&
          'They are active, with their password pending: send activation links when they are to sign in.'}
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
