'use client';

import { useUrlState } from '@/components/patterns/use-url-state';
import { SwitchField } from '@/components/ui/switch';

/** Live tail: new events appear by themselves. On only for the first page. */
export function LiveSwitch() {
  const url = useUrlState();
  return (
    <SwitchField
      label="Live"
      className="gap-2"
      checked={url.get('live') === '1'}
      onCheckedChange={(on) => url.set({ live: on ? '1' : undefined })}
    />
  );
}
