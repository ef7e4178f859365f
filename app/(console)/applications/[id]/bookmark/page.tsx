import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { may, requireSession } from '@/lib/auth/session';
import { loadApplication } from '../_components/load-application';
import { BookmarkForm } from './_components/bookmark-form';

export const metadata: Metadata = { title: 'Bookmark' };

/** Bookmark: the address of the tile. */
export default async function BookmarkPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  if (application.kind !== 'bookmark') notFound();
  const readOnly = !may(session, 'sso.write');
  return (
    <div className="grid gap-6">
      {readOnly && <ReadOnlyNote />}
      <BookmarkForm
        key={application.id}
        id={application.id}
        version={application.version}
        bookmarkUrl={application.bookmarkUrl ?? ''}
        active={application.ssoStatus === 'active'}
        readOnly={readOnly}
      />
    </div>
  );
}
