import { Skeleton } from '@/components/ui/skeleton';

/** Below the head and the tabs, which the layout keeps. */
export default function Loading() {
  return (
    <div aria-busy className="grid gap-5">
      <span role="status" className="sr-only">
        Loading
      </span>
      <div className="grid items-start gap-5 lg:grid-cols-[376px_minmax(0,1fr)]">
        <Skeleton className="h-96 w-full rounded-lg" />
        <div className="grid gap-5">
          <Skeleton className="h-40 w-full rounded-lg" />
          <Skeleton className="h-40 w-full rounded-lg" />
        </div>
      </div>
    </div>
  );
}
