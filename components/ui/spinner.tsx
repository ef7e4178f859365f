import { LoaderCircle } from 'lucide-react';
import { cn } from './cn';

/** A turning ring. Give `label` where nothing else says that something is loading. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <>
      <LoaderCircle aria-hidden className={cn('size-4 animate-spin', className)} />
      {label && <span className="sr-only">{label}</span>}
    </>
  );
}
