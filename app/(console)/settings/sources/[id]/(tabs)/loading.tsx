import { Skeleton } from '@/components/ui/skeleton';

/** Below the head and the tabs, which the layout keeps. */
export default function Loading() {
  return (
    <div aria-busy className="grid gap-4">
      <span role="status" className="sr-only">
        Loading
      </span>
      <Skeleton className="h-8 w-full max-w-96" />
      <Skeleton className="h-96 w-full rounded-lg" />
    </div>
  );
}
