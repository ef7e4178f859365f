import type { ComponentProps } from 'react';
import { cn } from './cn';

/** The name of a control. `htmlFor` is the control's id; inside a Field that is wired already. */
export function Label({ className, htmlFor, children, ...rest }: ComponentProps<'label'>) {
  return (
    <label htmlFor={htmlFor} className={cn('font-medium text-sm', className)} {...rest}>
      {children}
    </label>
  );
}
