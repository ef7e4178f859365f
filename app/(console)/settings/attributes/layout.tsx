import type { ReactNode } from 'react';
import { requireSession } from '@/lib/auth/session';

/** Refuses before loading.tsx begins to stream, so that the answer's status is 403 and not 200. */
export default async function AttributesLayout({ children }: { children: ReactNode }) {
  await requireSession('settings.read');
  return children;
}
