import { cn } from './cn';
import { CopyButton } from './copy-button';

/** XML, JSON, PEM, with a copy button. `wrap` breaks long lines instead of scrolling. */
export function CodeBlock({
  code,
  label,
  wrap = false,
  maxHeight = 320,
  copy = true,
  className,
}: {
  code: string;
  /** What it is, above the code and as the name of the region. */
  label: string;
  wrap?: boolean;
  /** In px; beyond it scrolls. */
  maxHeight?: number;
  copy?: boolean;
  className?: string;
}) {
  return (
    <figure className={cn('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}>
      <figcaption className="flex h-9 items-center justify-between border-line border-b pr-1 pl-3 text-muted text-xs">
        {label}
        {copy && <CopyButton value={code} what={label} />}
      </figcaption>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={label}
        style={{ maxHeight }}
        className="overflow-auto p-3 focus-visible:-outline-offset-2"
      >
        <pre className={cn('font-mono text-xs leading-5', wrap && 'whitespace-pre-wrap break-all')}>{code}</pre>
      </section>
    </figure>
  );
}

/** An ID, a URL or an attribute name within a sentence. */
export function Code({ className, children }: { className?: string; children: string }) {
  return (
    <code className={cn('break-words rounded-sm bg-subtle px-1 py-0.5 font-mono text-xs', className)}>{children}</code>
  );
}
