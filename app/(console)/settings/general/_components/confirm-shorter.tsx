'use client';

import { useQuery } from '@tanstack/react-query';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Callout } from '@/components/ui/callout';
import { Skeleton } from '@/components/ui/skeleton';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { inWords } from '@/lib/core/setting';
import type { RetentionEffect } from '@/lib/installation/retention';
import { installationSettings, type Settings } from '@/lib/settings/schema';

const counted = 100_000;

async function fetchEffects(wanted: Partial<Settings>, signal: AbortSignal): Promise<RetentionEffect[]> {
  const query = new URLSearchParams(Object.entries(wanted).map(([name, days]) => [name, String(days)]));
  const answer = await fetch(`/api/settings/retention-preview?${query}`, { signal });
  if (!answer.ok) throw new Error(`It cannot be counted (${answer.status}).`);
  return ((await answer.json()) as { items: RetentionEffect[] }).items;
}

/** Shorter ages delete: how much, before it is saved. */
export function ConfirmShorter({
  wanted,
  open,
  onOpenChange,
  pending,
  onConfirm,
}: {
  /** The ages that are shorter now. */
  wanted: Partial<Settings>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  onConfirm: () => void;
}) {
  const { data, error } = useQuery({
    queryKey: ['retention-preview', wanted],
    queryFn: ({ signal }) => fetchEffects(wanted, signal),
    enabled: open,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Delete what is older?"
      description="What has passed the shorter age is deleted in the background from now on. It cannot be brought back."
      confirmLabel="Save and delete"
      danger
      pending={pending}
      confirmDisabled={!data && !error}
      onConfirm={onConfirm}
    >
      {error && (
        <Callout kind="warning" title={error.message}>
          It can be saved all the same.
        </Callout>
      )}
      {!data && !error && <Skeleton className="h-24 w-full" />}
      {data && <Effects effects={data} />}
    </AlertDialog>
  );
}

function Effects({ effects }: { effects: readonly RetentionEffect[] }) {
  return (
    <Table label="What is deleted">
      <TableHead>
        <TableRow>
          <Th>Kind</Th>
          <Th>Kept for</Th>
          <Th numeric>Deleted</Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {effects.map(({ setting, days, rows }) => {
          const field = installationSettings[setting];
          return (
            <TableRow key={setting}>
              <Td>{field.label}</Td>
              <Td>{inWords(field, days)}</Td>
              <Td numeric>{words(rows)}</Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function words(rows: number | null): string {
  if (rows === null) return 'Too many to count now';
  return rows > counted ? `More than ${counted.toLocaleString('en')}` : rows.toLocaleString('en');
}
