'use client';

import { InSight } from '@/components/patterns/in-sight';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import type { Stale } from './use-save-mappings';

/** Somebody else saved meanwhile; what was typed is kept until one decides. */
export function StaleMappings({ stale, onLoad, onKeep }: { stale: Stale; onLoad: () => void; onKeep: () => void }) {
  return (
    <InSight takeFocus>
      <Callout
        kind="warning"
        title="Somebody else saved this application while you were editing"
        actions={
          <>
            <Button size="sm" onClick={onLoad}>
              Load what is stored
            </Button>
            <Button size="sm" variant="primary" onClick={onKeep}>
              Save mine over it
            </Button>
          </>
        }
      >
        Nothing was saved, and what you typed is still here. Stored now:{' '}
        {stale.values.mappings.map((row) => row.target).join(', ')}.
      </Callout>
    </InSight>
  );
}
