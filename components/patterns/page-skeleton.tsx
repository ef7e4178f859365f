import { Skeleton } from '@/components/ui/skeleton';
import { SkeletonRows } from './data-table-parts';

/** For loading.tsx of a page with a list: header, filter bar and rows where they will stand. */
export function ListPageSkeleton({ columns = 5, selectable = true }: { columns?: number; selectable?: boolean }) {
  const stand = Array.from({ length: columns }, (_, index) => ({ id: String(index) }));
  return (
    <div aria-busy className="grid gap-4">
      <span role="status" className="sr-only">
        Loading
      </span>
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-8 w-full max-w-96" />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <div className="h-9 border-line border-b" />
        <table aria-hidden className="w-full table-fixed border-separate border-spacing-0">
          <tbody>
            <SkeletonRows columns={stand} selectable={selectable} rows={10} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** For loading.tsx of a page with a form or details. */
export function FormPageSkeleton({ fields = 5 }: { fields?: number }) {
  return (
    <div aria-busy className="grid max-w-[640px] gap-6">
      <span role="status" className="sr-only">
        Loading
      </span>
      <Skeleton className="h-8 w-56" />
      {Array.from({ length: fields }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
        <div key={index} className="grid gap-2">
          <Skeleton className="w-32" />
          <Skeleton className="h-8 w-full" />
        </div>
      ))}
    </div>
  );
}
