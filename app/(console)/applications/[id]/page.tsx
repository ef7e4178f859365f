import { redirect } from 'next/navigation';
import { requireSession } from '@/lib/auth/session';

/** An application opens at its first tab. */
export default async function ApplicationPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('applications.read');
  redirect(`/applications/${(await params).id}/general`);
}
