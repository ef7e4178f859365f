import type { ReactNode } from 'react';
import { Wordmark } from '@/components/product-mark';

/** Sign-in, activation, second factor: one card in the middle, nothing to distract from it. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-12">
      <div className="grid w-full max-w-[400px] gap-6">
        <Wordmark className="justify-self-center" />
        <div className="rounded-lg border border-line bg-surface p-6 sm:p-8">{children}</div>
      </div>
    </main>
  );
}
