import { cva, type VariantProps } from 'class-variance-authority';
import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';
import { RawSubmit } from './raw-submit';
import { Spinner } from './spinner';

export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium transition-colors disabled:pointer-events-none disabled:not-data-waiting:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:bg-accent-hover',
        secondary: 'border border-line bg-surface text-ink hover:bg-hover data-[state=open]:bg-subtle',
        ghost: 'text-ink hover:bg-subtle data-[state=open]:bg-subtle',
        danger: 'bg-danger text-white hover:bg-danger-hover',
        'danger-quiet': 'border border-line bg-surface text-error hover:bg-error-soft',
        link: 'text-accent-text underline-offset-4 hover:underline',
      },
      size: {
        sm: 'h-7 px-2 text-xs [&_svg]:size-3.5',
        md: 'h-8 px-3 text-sm [&_svg]:size-4',
        lg: 'h-10 px-4 text-sm [&_svg]:size-4',
      },
      icon: { true: 'px-0', false: '' },
    },
    compoundVariants: [
      { icon: true, size: 'sm', class: 'w-7' },
      { icon: true, size: 'md', class: 'w-8' },
      { icon: true, size: 'lg', class: 'w-10' },
      { variant: 'link', class: 'h-auto px-0' },
    ],
    defaultVariants: { variant: 'secondary', size: 'md', icon: false },
  },
);

type Look = Omit<VariantProps<typeof buttonStyle>, 'icon'>;

export interface ButtonProps extends ComponentProps<'button'>, Look {
  /** Shows a spinner, keeps the width and refuses clicks. */
  pending?: boolean | undefined;
}

/** A button says a verb and its object: "Activate integration". Type is `button` unless told otherwise. */
export function Button({ className, variant, size, pending = false, disabled, children, ...rest }: ButtonProps) {
  const Element = rest.type === 'submit' ? RawSubmit : 'button';
  return (
    <Element
      type="button"
      className={cn(buttonStyle({ variant, size }), pending && 'relative', className)}
      disabled={disabled || pending}
      aria-busy={pending || undefined}
      {...rest}
    >
      {pending && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
      <span className={pending ? 'inline-flex opacity-0 items-center gap-2' : 'contents'}>{children}</span>
    </Element>
  );
}

/** A button of one icon; `label` is its accessible name and its tooltip of the browser. */
export function IconButton({
  label,
  className,
  variant = 'ghost',
  size,
  children,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> & Look & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cn(buttonStyle({ variant, size, icon: true }), className)}
      {...rest}
    >
      {children}
    </button>
  );
}

/** A link that looks like a button, for what navigates. */
export function LinkButton({ className, variant, size, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link className={cn(buttonStyle({ variant, size }), className)} {...rest} />;
}

/** A link in running text. With `external` it opens a new tab and says so. */
export function TextLink({
  external = false,
  className,
  children,
  ...rest
}: ComponentProps<typeof Link> & { external?: boolean; children: ReactNode }) {
  return (
    <Link
      className={cn('font-medium text-accent-text underline-offset-4 hover:underline', className)}
      {...(external ? { target: '_blank', rel: 'noreferrer' } : {})}
      {...rest}
    >
      {children}
      {external && <span className="sr-only"> (opens in a new tab)</span>}
    </Link>
  );
}
