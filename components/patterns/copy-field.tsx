import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn';
import { CopyButton } from '@/components/ui/copy-button';

/** A value to be carried elsewhere: its name, the value whole and selectable, and a copy button that says "Copied". */
export function CopyField({
  label,
  value,
  help,
  actions,
  className,
}: {
  label: string;
  value: string;
  help?: ReactNode;
  /** Beside the copy button: a download. */
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn('grid gap-1.5', className)}>
      <span className="font-medium text-sm">{label}</span>
      <div className="flex min-h-8 items-center gap-1 rounded-md border border-line bg-subtle py-0.5 pr-0.5 pl-2.5">
        <span className="min-w-0 flex-1 select-all break-all font-mono text-xs">{value}</span>
        {actions}
        <CopyButton value={value} what={label} />
      </div>
      {help && <p className="text-muted text-xs">{help}</p>}
    </div>
  );
}
