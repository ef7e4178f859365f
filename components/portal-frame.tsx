import type { ReactNode } from 'react';
import { Wordmark } from './product-mark';

/** The user portal: mark, menu, content in a narrow column. A phone is the first device. */
export function PortalFrame({ menu, children }: { menu: ReactNode; children: ReactNode }) {
  return (
    <div className="min-h-dvh">
      <header className="sticky top-0 z-30 border-line border-b bg-canvas">
        <div className="mx-auto flex h-14 max-w-[1080px] items-center justify-between px-4 sm:px-6">
          <Wordmark />
          {menu}
        </div>
      </header>
      <main id="content" className="mx-auto max-w-[1080px] px-4 py-6 sm:px-6 sm:py-10">
        {children}
      </main>
    </div>
  );
}
