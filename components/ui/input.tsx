'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';
import { useFieldControl } from './field';

export const controlStyle =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink transition-colors disabled:cursor-not-allowed disabled:border-line disabled:bg-subtle disabled:text-muted [&[readonly]]:border-line [&[readonly]]:bg-subtle aria-invalid:border-error focus-visible:outline-2 focus-visible:outline-accent-text focus-visible:outline-offset-0';

export interface InputProps extends Omit<ComponentProps<'input'>, 'prefix'> {
  /** For IDs, URLs, tokens. */
  mono?: boolean;
  /** Text or icon inside, left of what is typed. */
  prefix?: ReactNode;
  suffix?: ReactNode;
}

/** One line of text, 32 px high; inside a Field its id and aria attributes come by themselves. */
export function Input({ className, mono, prefix, suffix, type = 'text', ...rest }: InputProps) {
  const field = useFieldControl();
  const style = cn(controlStyle, 'h-8', mono && 'font-mono text-xs');
  if (prefix === undefined && suffix === undefined) {
    return <input type={type} className={cn(style, className)} {...field} {...rest} />;
  }
  return (
    <span className={cn('relative flex w-full items-center', className)}>
      {prefix !== undefined && (
        <span className="pointer-events-none absolute left-2.5 flex items-center text-muted text-sm [&_svg]:size-4">
          {prefix}
        </span>
      )}
      <input
        type={type}
        className={cn(style, prefix !== undefined && 'pl-8', suffix !== undefined && 'pr-20')}
        {...field}
        {...rest}
      />
      {suffix !== undefined && (
        <span className="absolute right-2 flex items-center text-muted text-xs [&_svg]:size-4">{suffix}</span>
      )}
    </span>
  );
}
