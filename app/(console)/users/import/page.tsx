import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { UploadFile } from './_components/upload-file';

export const metadata: Metadata = { title: 'Import people' };

/** A file of people is chosen here; what it would do is shown before anybody is changed. */
export default async function ImportUsersPage() {
  await requireSession('users.write');
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Users', href: links.users() }, { label: 'Import' }]}
        title="Import people from a file"
        description="The first line says what the columns are, and each line below is a person. Whom the directory has already, by username or e-mail address, is updated."
      />
      <UploadFile />
    </>
  );
}
