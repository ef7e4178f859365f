import type { Metadata } from 'next';
import { may, requireSession } from '@/lib/auth/session';
import { listAttributeDefinitions } from '@/lib/directory/attribute-definitions';
import { AttributesScreen } from './_components/attributes-screen';

export const metadata: Metadata = { title: 'Attributes' };

/** Which custom attributes people can have. */
export default async function AttributesPage() {
  const session = await requireSession('settings.read');
  return <AttributesScreen rows={await listAttributeDefinitions()} writable={may(session, 'settings.write')} />;
}
