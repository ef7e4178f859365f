import { redirect } from 'next/navigation';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';

/** An application opens at its first tab. */
export default async function ApplicationPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('applications.read');
  redirect(links.application((await params).id).general());
}
