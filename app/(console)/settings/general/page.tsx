import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Section } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { inWords } from '@/lib/core/setting';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { settingSections } from '@/lib/settings/schema';
import { readSettings, type StoredSettings } from '@/lib/settings/settings';
import { PauseEverything } from '../../_components/pause-everything';
import { GeneralSettings } from './_components/general-settings';

export const metadata: Metadata = { title: 'General settings' };

/** What holds for the whole installation: how long is kept what, how long a sign-in lasts. */
export default async function GeneralSettingsPage() {
  const session = await requireSession('settings.read');
  const [stored, pause] = await Promise.all([readSettings(), findProvisioningPause()]);
  return (
    <>
      <PageHeader title="General" description="What holds for the whole installation." />
      {may(session, 'settings.write') ? <GeneralSettings stored={stored} /> : <ReadOnly {...stored} />}
      <Section
        title="Provisioning"
        description="One switch for every application: while it is paused nothing is sent, changes wait, and sign-in goes on."
      >
        {pause === null && may(session, 'integration.write') ? (
          <PauseEverything paused={false} />
        ) : (
          <p>{pause ? 'All provisioning is paused.' : 'Provisioning is not paused.'}</p>
        )}
      </Section>
    </>
  );
}

function ReadOnly({ settings: values }: StoredSettings) {
  const told: Record<string, unknown> = values;
  return (
    <div>
      <ReadOnlyNote />
      {settingSections.map(({ title, description, settings }) => (
        <Section key={title} title={title} description={description}>
          <DescriptionList
            items={Object.entries(settings).map(([name, setting]) => ({
              label: setting.label,
              value: inWords(setting, told[name]) ?? (String(told[name]) || 'None'),
            }))}
          />
        </Section>
      ))}
    </div>
  );
}
