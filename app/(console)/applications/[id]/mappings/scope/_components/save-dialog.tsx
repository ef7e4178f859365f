'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { heldWords } from '@/app/(console)/_components/deprovision-impact';
import { FormError } from '@/components/patterns/form-error';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { FieldSet } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Skeleton } from '@/components/ui/skeleton';
import { Status } from '@/components/ui/status';
import type { Failure } from '@/lib/core/failure';
import type { Page } from '@/lib/core/pagination';
import type { Filter } from '@/lib/filters/schema';
import type { ObjectType } from '@/lib/mappings/schema';
import type { FilterChange, FilterImpact } from '@/lib/provisioning/queries/filter-preview';
import { askAboutFilter } from './use-asked-filter';

type FallingOut = 'deactivate' | 'release';

interface DialogProps {
  asked: { applicationId: string; objectType: ObjectType; groups: Filter };
  appName: string;
  impact: FilterImpact;
  pending: boolean;
  error: Failure | undefined;
  onClose: () => void;
  onSave: (fallingOut: FallingOut) => void;
}

/** Who comes in and who falls out, and what becomes of the accounts of those, before anything is saved. */
export function SaveDialog({ asked, appName, impact, pending, error, onClose, onSave }: DialogProps) {
  const [fallingOut, setFallingOut] = useState<FallingOut>('deactivate');
  const { enters, leaves, leavesManaged } = impact;
  const isUser = asked.objectType === 'user';
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title="Save the scoping filter?"
        description={summary(impact, asked.objectType, appName)}
        size="lg"
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button variant="primary" pending={pending} onClick={() => onSave(fallingOut)}>
              Save filter
            </Button>
          </>
        }
      >
        <div className="grid gap-5">
          <FormError error={error} />
          {isUser && leavesManaged > 0 && (
            <Choice value={fallingOut} onChange={setFallingOut} impact={impact} appName={appName} />
          )}
          {enters + leaves > 0 && <Changes asked={asked} fallingOut={fallingOut} />}
        </div>
      </DialogContent>
    </Dialog>
  );
}

const number = (count: number) => count.toLocaleString('en');

function summary(
  { enters, leaves, leavesManaged, isExact }: FilterImpact,
  objectType: ObjectType,
  appName: string,
): string {
  if (enters + leaves === 0) return 'Nothing changes for anybody at the moment.';
  const those = `${isExact ? '' : 'At least '}${number(enters)} in, ${number(leaves)} out`;
  return objectType === 'group'
    ? `${those}: groups that fall out are left as they are in ${appName}, and their people stay.`
    : `${those}, ${number(leavesManaged)} of them with an account in ${appName}.`;
}

function Choice({
  value,
  onChange,
  impact: { leavesManaged: count, becomes, heldBy },
  appName,
}: {
  value: FallingOut;
  onChange: (value: FallingOut) => void;
  impact: FilterImpact;
  appName: string;
}) {
  const accounts = count === 1 ? 'the account' : `the ${number(count)} accounts`;
  const choices: Record<FallingOut, { label: string; help: string }> = {
    deactivate: {
      label: `Deprovision ${accounts}`,
      help: `As when somebody loses access: ${becomesWords[becomes]}.${heldBy ? ` ${heldWords[heldBy]}` : ''}`,
    },
    release: {
      label: `Release ${accounts}`,
      help: `Latchkey stops managing them and leaves them, and their groups in ${appName}, as they are. Each can be managed again by hand.`,
    },
  };
  return (
    <FieldSet legend="What becomes of the accounts of those who fall out">
      {(Object.keys(choices) as FallingOut[]).map((one) => (
        <label
          key={one}
          className={cn(
            'flex cursor-pointer items-start gap-2.5 rounded-lg border px-3 py-2.5 transition-colors hover:bg-hover',
            value === one ? 'border-accent' : 'border-line',
          )}
        >
          <input
            type="radio"
            name="falling-out"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={value === one}
            onChange={() => onChange(one)}
          />
          <span className="grid gap-0.5">
            <span className="font-medium">{choices[one].label}</span>
            <span className="text-muted text-xs">{choices[one].help}</span>
          </span>
        </label>
      ))}
    </FieldSet>
  );
}

const becomesWords = {
  deactivated: 'they are deactivated',
  deleted: 'they are deleted',
  kept: 'by the settings of the application they are left as they are',
} as const;

/** Those for whom something changes, by name; searched, and more on demand. */
function Changes({ asked, fallingOut }: { asked: DialogProps['asked']; fallingOut: FallingOut }) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const { data, hasNextPage, fetchNextPage, isFetching, error } = useInfiniteQuery({
    queryKey: ['scope-filter', 'changes', asked, q],
    queryFn: async ({ pageParam, signal }) => {
      const page = await askAboutFilter<Page<FilterChange>>(
        'changes',
        { ...asked, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      );
      if ('refused' in page) throw new Error(page.refused.message);
      return page;
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    retry: false,
  });
  const rows = data?.pages.flatMap(({ items }) => items);
  const isUser = asked.objectType === 'user';
  return (
    <section aria-label="Who comes in and who falls out" className="grid gap-3">
      <Input
        type="search"
        aria-label={isUser ? 'Search people' : 'Search user groups'}
        placeholder={isUser ? 'Search people' : 'Search user groups'}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {error && <FormError error={{ message: error.message }} />}
      {!rows && !error && <Skeleton className="h-24 w-full" />}
      {rows?.length === 0 && <p className="text-muted">Nobody matches.</p>}
      {rows && rows.length > 0 && (
        <ul className="grid divide-y divide-line rounded-lg border border-line">
          {rows.map((row) => (
            <li key={row.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
              <span className="grid min-w-0">
                <span className="truncate font-medium">{row.name}</span>
                {row.detail && <span className="truncate text-muted text-xs">{row.detail}</span>}
              </span>
              <Status tone={row.change === 'enters' ? 'ok' : 'attention'}>
                {changeWords(row, isUser, fallingOut)}
              </Status>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button className="w-fit" pending={isFetching} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  );
}

function changeWords({ change, managed }: FilterChange, isUser: boolean, fallingOut: FallingOut): string {
  if (change === 'enters') return isUser ? 'Comes in' : 'Is pushed';
  if (!managed) return isUser ? 'Falls out, has no account' : 'Falls out';
  if (!isUser) return 'Falls out, is left as it is';
  return fallingOut === 'release' ? 'Falls out, account is released' : 'Falls out, account is deprovisioned';
}
