'use client';

import type { ComponentProps } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';
import { controlStyle } from './input';

/** Several lines; `mono` for certificates, metadata and expressions. */
export function Textarea({ className, mono, rows = 4, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  const field = useFieldControl();
  return (
    <textarea
      rows={rows}
      className={cn(controlStyle, 'resize-y py-1.5', mono && 'font-mono text-xs', className)}
      {...field}
      {...rest}
    />
  );
}
