import { cn } from '@/components/ui/cn';

/** Where one is in the wizard. */
export function Steps({ labels, current }: { labels: readonly string[]; current: number }) {
  return (
    <ol className="flex flex-wrap gap-x-6 gap-y-2" aria-label="Steps">
      {labels.map((label, index) => (
        <li
          key={label}
          aria-current={index === current ? 'step' : undefined}
          className={cn('flex items-center gap-2', index === current ? 'font-medium text-ink' : 'text-muted')}
        >
          <span
            aria-hidden
            className={cn(
              'grid size-5 place-items-center rounded-full text-xs tabular-nums',
              index === current ? 'bg-accent text-on-accent' : 'bg-subtle',
            )}
          >
            {index + 1}
          </span>
          {label}
        </li>
      ))}
    </ol>
  );
}
