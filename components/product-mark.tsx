import { cn } from '@/components/ui/cn';

/** The mark: a key whose bow is a closed latch. Decoration; the word "Latchkey" stands beside it or in the title. */
export function ProductMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className={cn('size-6', className)}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M16 6.5a6 6 0 0 1 2 11.66V20h3.5v3H18v3h-4v-7.84A6 6 0 0 1 16 6.5Zm0 3.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5Z"
        className="fill-white"
        fillRule="evenodd"
      />
    </svg>
  );
}

/** Mark and name. */
export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 font-semibold text-base tracking-tight', className)}>
      <ProductMark />
      Latchkey
    </span>
  );
}
