import { cn } from './cn';

/** At most two initials of a name or an e-mail address. */
export function initials(name: string): string {
  const words = name
    .replace(/@.*$/, '')
    .split(/[\s._-]+/)
    .filter(Boolean);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

const sizes = { sm: 'size-6', md: 'size-8', lg: 'size-12 text-base' };

/** A person as initials; decoration beside their name, so hidden from screen readers. */
export function Avatar({
  name,
  size = 'sm',
  className,
}: {
  name: string;
  size?: keyof typeof sizes;
  className?: string;
}) {
  return (
    <span
      aria-hidden
      className={cn(
        'inline-grid shrink-0 select-none place-items-center rounded-full bg-inactive-soft font-medium text-muted text-xs',
        sizes[size],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
