import type { ReactNode } from 'react';
import { ProductMark } from './product-mark';

/** A page that only says something: not found, not allowed, went wrong. What happened, why, what to do. */
export function MessagePage({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <main className="grid min-h-[70dvh] place-items-center px-4 py-12">
      <div className="grid max-w-[440px] justify-items-center gap-3 text-center">
        <ProductMark className="mb-2 size-8" />
        <h1 className="font-semibold text-lg">{title}</h1>
        <div className="grid gap-2 text-muted">{children}</div>
        {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
      </div>
    </main>
  );
}
