'use client';

import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react';
import { Toaster as Sonner } from 'sonner';

export { toast } from 'sonner';

/** Where toasts appear; mounted once by Providers. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      style={{ fontFamily: 'inherit' }}
      offset={24}
      icons={{
        success: <CircleCheck aria-hidden className="size-4 text-ok" />,
        error: <CircleX aria-hidden className="size-4 text-error" />,
        warning: <TriangleAlert aria-hidden className="size-4 text-attention" />,
        info: <Info aria-hidden className="size-4 text-accent-text" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'pointer-events-auto flex w-full items-start gap-2.5 rounded-lg bg-raised p-3.5 text-sm text-ink shadow-float sm:w-[356px]',
          icon: 'mt-0.5',
          content: 'grid gap-0.5',
          title: 'font-medium',
          description: 'text-muted',
          actionButton: 'ml-auto shrink-0 self-center font-medium text-accent-text hover:underline',
          cancelButton: 'shrink-0 self-center text-muted hover:underline',
        },
      }}
    />
  );
}
