import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { listTemplates } from '@/lib/applications/catalogue/templates';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { idpUrlPrefix } from '@/lib/sso/addresses';
import { AddApplication } from './_components/add-application';

export const metadata: Metadata = { title: 'Add New Application' };

/** + Add New Application: choose from the catalogue, name it, save it. */
export default async function NewApplicationPage() {
  await requireSession('applications.write');
  const templates = listTemplates().map(({ id, name, kind, summary, keywords, logo, scim }) => ({
    id,
    name,
    kind,
    summary,
    keywords,
    color: logo.color,
    scim: Boolean(scim),
  }));
  return (
    <>
      <PageHeader
        title="Add New Application"
        crumbs={[{ label: 'SSO Applications', href: links.applications() }, { label: 'Add New Application' }]}
      />
      <AddApplication templates={templates} idpUrlPrefix={idpUrlPrefix()} />
    </>
  );
}
