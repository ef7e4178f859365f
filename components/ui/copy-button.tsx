'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button';
import { cn } from './cn';

/**
 * Copies text; false where the browser refuses.
 * The clipboard API exists only in secure contexts, and a console on an intranet may be reached by plain HTTP.
 */
export async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = value;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    // Inside a dialog the focus is trapped: the helper must live within it.
    (document.activeElement?.closest('[role=dialog]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** Copies `value` and says "Copied". `what` completes the accessible name: "Copy ACS URL". */
export function CopyButton({
  value,
  what,
  words = false,
  className,
}: {
  value: string;
  what: string;
  /** Show "Copy" as a word, not only the icon. */
  words?: boolean;
  className?: string;
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1800);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => setState((await copyText(value)) ? 'copied' : 'refused');
  const icon = state === 'copied' ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />;
  const word = { idle: 'Copy', copied: 'Copied', refused: 'Copying was refused' }[state];
  const extra = className === undefined ? {} : { className };
  return (
    <>
      {words || state !== 'idle' ? (
        <Button
          variant={words ? 'secondary' : 'ghost'}
          size={words ? 'md' : 'sm'}
          onClick={copy}
          aria-label={`Copy ${what}`}
          {...extra}
        >
          {icon}
          {word}
        </Button>
      ) : (
        <IconButton label={`Copy ${what}`} size="sm" onClick={copy} className={cn('text-muted', className)}>
          {icon}
        </IconButton>
      )}
      <span role="status" className="sr-only">
        {state === 'idle' ? '' : word}
      </span>
    </>
  );
}
