import { cn } from '@/components/ui/cn';

const looks: Record<string, string> = {
  GET: 'bg-subtle text-muted',
  POST: 'bg-ok-soft text-ok',
  PUT: 'bg-attention-soft text-attention',
  PATCH: 'bg-attention-soft text-attention',
  DELETE: 'bg-error-soft text-error',
};

/** The method of a request; `quiet` in the index: the word alone. */
export function MethodBadge({ method, quiet = false }: { method: string; quiet?: boolean }) {
  return (
    <span
      className={cn(
        'inline-flex shrink-0 items-center font-medium font-mono text-xs',
        quiet
          ? cn('w-14 bg-transparent', looks[method]?.split(' ')[1])
          : cn('h-5 w-16 justify-center rounded-sm', looks[method]),
      )}
    >
      {method}
    </span>
  );
}
