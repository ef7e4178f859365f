import { notFound } from 'next/navigation';
import { requireSession } from '@/lib/auth/session';
import { ownedWords } from '../../../_components/source-status';
import { DeleteSource } from '../../_components/delete-source';
import { findSourceDetail } from '../../_components/find-source';
import { SourceSettings } from '../../_components/source-settings';

/** What a source may, and deletion. */
export default async function SourceSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('sources.write');
  const source = await findSourceDetail((await params).id);
  if (!source) notFound();
  return (
    <div className="grid gap-8">
      <SourceSettings key={source.version} source={source} />
      <DeleteSource id={source.id} name={source.name} owned={ownedWords(source)} />
    </div>
  );
}
