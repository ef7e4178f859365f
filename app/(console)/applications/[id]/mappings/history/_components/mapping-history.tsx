'use client';

import { useState } from 'react';
import { DiffTable } from '@/components/patterns/diff-table';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs';
import type { MappingRevision } from '@/lib/applications/mapping-history';
import type { ObjectType } from '@/lib/mappings/schema';
import { labels } from '../../_components/labels';
import { MappingImpact } from '../../_components/mapping-impact';
import { revertMappingsAction } from '../../actions';
import { diffRows, summary } from './revision-words';

interface HistoryProps {
  applicationId: string;
  /** The application's. */
  version: number;
  tables: readonly { objectType: ObjectType; revisions: readonly MappingRevision[] }[];
  readOnly: boolean;
}

/** The history of each mapping table, the newest first. */
export function MappingHistory(props: HistoryProps) {
  const [first] = props.tables;
  if (!first) return null;
  return (
    <Tabs defaultValue={first.objectType} className="grid gap-5">
      {props.tables.length > 1 && (
        <TabsList>
          {props.tables.map(({ objectType }) => (
            <TabsTrigger key={objectType} value={objectType}>
              {labels[objectType]}
            </TabsTrigger>
          ))}
        </TabsList>
      )}
      {props.tables.map((table) => (
        <TabsContent key={table.objectType} value={table.objectType} className="grid gap-3">
          {table.revisions.length === 0 && (
            <EmptyState title="Never changed">
              These mappings are as they were when the application was created. Each change will be listed here.
            </EmptyState>
          )}
          {table.revisions.map((revision) => (
            <Revision key={revision.revision} {...props} objectType={table.objectType} revision={revision} />
          ))}
        </TabsContent>
      ))}
    </Tabs>
  );
}

const words = {
  original: 'As it was before the first change',
  saved: 'Saved',
  reset: 'Reset to the template',
  reverted: 'Went back to an earlier table',
} as const;

function Revision(props: HistoryProps & { objectType: ObjectType; revision: MappingRevision }) {
  const { revision, readOnly } = props;
  const changed = diffRows(revision.changes);
  const isNow = Object.keys(revision.fromNow).length === 0;
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {words[revision.origin]}
          {isNow && <Badge tone="ok">As it is now</Badge>}
        </span>
      }
      description={
        <span className="flex flex-wrap gap-x-1.5">
          <AbsoluteTime at={revision.at} />
          {revision.actorName && <span>by {revision.actorName}</span>}
          <span>
            · {revision.rows} {revision.rows === 1 ? 'row' : 'rows'}
          </span>
        </span>
      }
      actions={!readOnly && !isNow && <GoBack {...props} />}
    >
      {changed.length > 0 ? (
        <details>
          <summary className="w-fit cursor-pointer rounded-sm font-medium text-sm">{summary(revision.changes)}</summary>
          <div className="mt-3">
            <DiffTable label="What it changed" nameHeader="SCIM attribute" rows={changed} />
          </div>
        </details>
      ) : (
        <p className="text-muted text-sm">
          {revision.origin === 'original'
            ? 'The table that the application was created with.'
            : 'What was there before is not kept any more.'}
        </p>
      )}
    </Card>
  );
}

function GoBack({ applicationId, version, objectType, revision }: Parameters<typeof Revision>[0]) {
  const [open, setOpen] = useState(false);
  const revert = useAction(revertMappingsAction, {
    success: 'The mappings are as they were',
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Go back to this
      </Button>
      <AlertDialog
        open={open}
        onOpenChange={setOpen}
        title="Go back to these mappings?"
        description="The table is saved as it was then. What is there now stays in the history. Everyone in the application is then looked at again, and what differs is sent."
        confirmLabel="Go back"
        pending={revert.pending}
        onConfirm={() => void revert.run({ applicationId, objectType, version, revision: revision.revision })}
      >
        <MappingImpact applicationId={applicationId} objectType={objectType} table={{ revision: revision.revision }} />
        <dl className="grid gap-2 text-sm">
          {diffRows(revision.fromNow).map((row) => (
            <div key={String(row.name)} className="grid gap-0.5">
              <dt className="break-all font-mono text-xs">{row.name}</dt>
              <dd className="break-words text-muted text-xs">
                {row.before ?? 'not mapped'} → <span className="text-ink">{row.after ?? 'not mapped'}</span>
              </dd>
            </div>
          ))}
        </dl>
      </AlertDialog>
    </>
  );
}
