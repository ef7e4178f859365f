'use client';

import { BookOpen, Check, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { CopyButton } from '@/components/ui/copy-button';
import { Sheet, SheetContent } from '@/components/ui/sheet';

/**
 * A setup guide beside the form it helps with: a column on wide windows, a drawer on narrow ones.
 * `children` is the form, `guide` the GuideSteps.
 */
export function GuidePanel({
  title,
  guide,
  defaultOpen = true,
  children,
}: {
  /** "Set up Egnyte". */
  title: string;
  guide: ReactNode;
  defaultOpen?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(defaultOpen);
  const [drawer, setDrawer] = useState(false);
  return (
    <div className={cn('grid gap-8', open && 'xl:grid-cols-[minmax(0,1fr)_360px]')}>
      <div className="min-w-0">
        <div className={cn('mb-4 flex justify-end', open && 'xl:hidden')}>
          <Button size="sm" className="xl:hidden" onClick={() => setDrawer(true)}>
            <BookOpen aria-hidden /> {title}
          </Button>
          <Button size="sm" className="max-xl:hidden" onClick={() => setOpen(true)}>
            <BookOpen aria-hidden /> {title}
          </Button>
        </div>
        {children}
      </div>
      {open && (
        <aside
          aria-label={title}
          className="sticky top-6 max-h-[calc(100dvh-7rem)] self-start overflow-y-auto rounded-lg border border-line bg-surface max-xl:hidden"
        >
          <header className="sticky top-0 flex items-center justify-between border-line border-b bg-surface px-4 py-2.5">
            <h2 className="font-semibold text-sm">{title}</h2>
            <IconButton label="Close the guide" size="sm" onClick={() => setOpen(false)}>
              <X aria-hidden />
            </IconButton>
          </header>
          <ol className="grid gap-5 p-4">{guide}</ol>
        </aside>
      )}
      <Sheet open={drawer} onOpenChange={setDrawer}>
        <SheetContent title={title}>
          <ol className="grid gap-5">{guide}</ol>
        </SheetContent>
      </Sheet>
    </div>
  );
}

export interface GuideValue {
  /** The field's name in the other product's own words. */
  field: string;
  /** What to type or paste there; undefined: leave it blank. */
  value: string | undefined;
  note?: ReactNode;
}

/** One step on the other side, with the values to carry over. */
export function GuideStep({
  number,
  title,
  done = false,
  values = [],
  warning,
  children,
}: {
  number: number;
  title: ReactNode;
  done?: boolean;
  values?: readonly GuideValue[];
  /** Said before the step is taken: "This affects everyone who uses the application". */
  warning?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-3">
      <span
        aria-hidden
        className={cn(
          'grid size-5 place-items-center rounded-full font-medium text-xs tabular-nums',
          done ? 'bg-ok-soft text-ok' : 'bg-subtle text-muted',
        )}
      >
        {done ? <Check className="size-3" /> : number}
      </span>
      <div className="grid min-w-0 gap-2">
        <p className="font-medium">
          {title}
          {done && <span className="sr-only"> (done)</span>}
        </p>
        {warning && <p className="rounded-md bg-attention-soft px-2.5 py-2 text-attention">{warning}</p>}
        {children && <div className="grid gap-2 text-muted">{children}</div>}
        {values.length > 0 && (
          <dl className="grid divide-y divide-line rounded-md border border-line">
            {values.map((item) => (
              <div key={item.field} className="grid gap-0.5 py-1.5 pr-1 pl-2.5">
                <dt className="text-muted text-xs">{item.field}</dt>
                <dd className="flex items-start justify-between gap-2">
                  {item.value === undefined ? (
                    <span className="text-muted italic">Leave blank</span>
                  ) : (
                    <>
                      <span className="min-w-0 break-all py-1 font-mono text-xs">{item.value}</span>
                      <CopyButton value={item.value} what={item.field} />
                    </>
                  )}
                </dd>
                {item.note && <dd className="text-muted text-xs">{item.note}</dd>}
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}
