import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listAttributeDefinitions } from '@/lib/directory/attribute-definitions';
import { NewUser } from './new-user';

export const metadata: Metadata = { title: 'New user' };

export default async function NewUserPage() {
  await requireSession('users.write');
  return (
    <>
      <PageHeader title="New user" crumbs={[{ label: 'Users', href: links.users() }, { label: 'New user' }]} />
      <NewUser attributes={await listAttributeDefinitions()} />
    </>
  );
}
