import { CircleCheck, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn';

/** The four states of the design, and work under way. */
export type Tone = 'ok' | 'attention' | 'error' | 'inactive' | 'progress';

export const toneIcon = {
  ok: CircleCheck,
  attention: TriangleAlert,
  error: CircleX,
  inactive: CircleMinus,
  progress: LoaderCircle,
} as const;

export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  attention: 'text-attention',
  error: 'text-error',
  inactive: 'text-inactive',
  progress: 'text-accent-text',
};

export const toneSoft: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  attention: 'bg-attention-soft text-attention',
  error: 'bg-error-soft text-error',
  inactive: 'bg-inactive-soft text-inactive',
  progress: 'bg-accent-soft text-accent-text',
};

/** Only the icon, colored. Its word must stand beside it. */
export function ToneIcon({ tone, className }: { tone: Tone; className?: string }) {
  const Icon = toneIcon[tone];
  return (
    <Icon
      aria-hidden
      className={cn('size-4 shrink-0', toneText[tone], tone === 'progress' && 'animate-spin', className)}
    />
  );
}

/** Icon and word, as in a table cell or a header: `<Status tone="ok">Active</Status>`. `label` goes before, muted. */
export function Status({
  tone,
  label,
  title,
  className,
  children,
}: {
  tone: Tone;
  label?: ReactNode;
  title?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      title={title}
      className={cn('inline-flex min-w-0 max-w-full items-center gap-1.5 whitespace-nowrap align-top', className)}
    >
      {label && <span className="text-muted">{label}</span>}
      <ToneIcon tone={tone} className="size-3.5" />
      <span className="truncate">{children}</span>
    </span>
  );
}
