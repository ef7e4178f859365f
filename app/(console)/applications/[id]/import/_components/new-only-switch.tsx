'use client';

import { useUrlState } from '@/components/patterns/use-url-state';
import { SwitchField } from '@/components/ui/switch';

/** New Users-only, in the URL as `status=new`. */
export function NewOnlySwitch() {
  const url = useUrlState();
  return (
    <SwitchField
      label="New Users-only"
      checked={url.get('status') === 'new'}
      onCheckedChange={(on) => url.set({ status: on ? 'new' : undefined })}
    />
  );
}
