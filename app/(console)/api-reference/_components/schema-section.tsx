'use client';

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { ShapeBlock } from './members';
import type { Schema } from './schema';

/** A named schema; drawn when it is first opened. */
export function SchemaSection({ name, schema }: { name: string; schema: Schema }) {
  const [opened, setOpened] = useState(false);
  return (
    <details
      id={`schema-${name}`}
      className="group/schema scroll-mt-16 target:bg-subtle/40"
      onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}
    >
      <summary className="-outline-offset-2 flex list-none items-center gap-3 px-3 py-2.5 transition-colors hover:bg-hover sm:px-4 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-muted transition-transform group-open/schema:rotate-90"
        />
        <h3 className="min-w-0 break-all font-medium font-mono text-xs leading-5">{name}</h3>
      </summary>
      {opened && (
        <div className="px-4 pb-4 sm:pl-11">
          <ShapeBlock schema={schema} direction="answered" />
        </div>
      )}
    </details>
  );
}
