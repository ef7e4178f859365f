import { Eye } from 'lucide-react';

/** Why nothing on a screen of settings can be changed by whoever looks. */
export function ReadOnlyNote({ what = 'these settings' }: { what?: string }) {
  return (
    <p className="flex items-center gap-2 text-muted">
      <Eye aria-hidden className="size-4 shrink-0" />
      You see {what} as they are. Administrators change them.
    </p>
  );
}
