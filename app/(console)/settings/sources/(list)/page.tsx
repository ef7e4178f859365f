import type { Metadata } from 'next';
import { ListPage } from '@/components/patterns/list-page';
import { requireSession } from '@/lib/auth/session';
import { listSources } from '@/lib/inbound/queries';
import { NewSource } from '../_components/new-source';
import { SourcesTable } from '../_components/sources-table';

export const metadata: Metadata = { title: 'Sources' };

/** Which other directories push people and groups into this one. */
export default async function SourcesPage() {
  await requireSession('sources.write');
  const sources = await listSources();
  return (
    <ListPage
      title="Sources"
      description="HR systems and other directories that push people and groups into Latchkey by SCIM 2.0. What a source owns is changed there, and read-only here."
      actions={sources.length > 0 && <NewSource />}
    >
      <SourcesTable rows={sources} />
    </ListPage>
  );
}
