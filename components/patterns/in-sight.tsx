'use client';

import { type ReactNode, useEffect, useRef } from 'react';

/**
 * Scrolls what appears in a long form into sight: Save is at its foot, and what comes of it is said at its head.
 * @param takeFocus for what has to be decided before anything else: the keyboard goes there
 */
export function InSight({
  children,
  takeFocus = false,
  className,
}: {
  children: ReactNode;
  takeFocus?: boolean;
  className?: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Clear of the bars that stick to both ends of the page: by the margins of the class.
    place.current?.scrollIntoView({ block: 'nearest' });
    if (takeFocus) place.current?.focus({ preventScroll: true });
  }, [takeFocus]);
  return (
    <div
      ref={place}
      tabIndex={takeFocus ? -1 : undefined}
      className={`scroll-my-20 outline-none ${className ?? ''}`.trim()}
    >
      {children}
    </div>
  );
}
