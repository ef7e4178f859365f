import type { Metadata } from 'next';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { findAttributeLists } from '@/lib/applications/target-attributes';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import { getImportSettings } from '@/lib/imports/settings';
import { loadApplication } from '../../_components/load-application';
import { ImportSettingsForm } from './_components/import-settings-form';

export const metadata: Metadata = { title: 'Import settings' };

/** How accounts of the application are matched with people, and what people take of them. */
export default async function ImportSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('imports.read');
  const application = await loadApplication((await params).id);
  const [{ version, ...settings }, lists, customAttributes] = await Promise.all([
    getImportSettings(application.id),
    findAttributeLists(application.id),
    listNamedAttributes(),
  ]);
  const readOnly = !may(session, 'applications.write');
  return (
    <div className="grid gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[{ label: 'Import', href: links.application(application.id).imports() }, { label: 'Import settings' }]}
        />
        <p className="max-w-[640px] text-muted">
          What holds from the next import on: with whom an account of {application.displayLabel} is matched, and what a
          person of the directory takes from it.
        </p>
      </header>
      {readOnly && <ReadOnlyNote what="how accounts are imported" />}
      <ImportSettingsForm
        applicationId={application.id}
        version={version}
        settings={settings}
        paths={lists?.lists.find(({ objectType }) => objectType === 'user')?.attributes.map(({ path }) => path) ?? []}
        customAttributes={customAttributes}
        readOnly={readOnly}
      />
    </div>
  );
}
