'use client';

import { type ComponentProps, useSyncExternalStore } from 'react';

const nothing = () => () => {};

/**
 * The element of a button that submits. It waits for the page's script: a form that the browser sends by itself would
 * lose what was typed, and put it (a token, too) into the address. The Enter key waits with it.
 */
export function RawSubmit({ disabled = false, ...rest }: ComponentProps<'button'>) {
  const hydrated = useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );
  const waits = !disabled && !hydrated;
  return <button {...rest} type="submit" disabled={disabled || waits} data-waiting={waits || undefined} />;
}
