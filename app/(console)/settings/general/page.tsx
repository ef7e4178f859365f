import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Section } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { readSettings, type StoredSettings } from '@/lib/settings/settings';
import { GeneralSettings } from './_components/general-settings';
import { settingSections, valueWithUnit } from './_components/setting-fields';

export const metadata: Metadata = { title: 'General settings' };

/** What holds for the whole installation: how long is kept what, how long a sign-in lasts. */
export default async function GeneralSettingsPage() {
  const session = await requireSession('settings.read');
  const stored = await readSettings();
  return (
    <>
      <PageHeader title="General" description="What holds for the whole installation." />
      {may(session, 'settings.write') ? <GeneralSettings stored={stored} /> : <ReadOnly {...stored} />}
    </>
  );
}

function ReadOnly({ settings }: StoredSettings) {
  return (
    <div>
      <ReadOnlyNote />
      {settingSections.map(({ title, description, fields }) => (
        <Section key={title} title={title} description={description}>
          <DescriptionList
            items={fields.map((field) => ({ label: field.label, value: valueWithUnit(field, settings[field.name]) }))}
          />
        </Section>
      ))}
    </div>
  );
}
