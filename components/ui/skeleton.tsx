import { cn } from './cn';

/** A grey stand-in of the size given by `className`. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('h-4 animate-shimmer rounded-sm bg-subtle', className)} />;
}
