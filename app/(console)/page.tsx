import type { Metadata } from 'next';
import { PageHeader } from '@/components/patterns/page-header';
import { LinkButton } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { listApplications } from '@/lib/applications/queries';
import type { CurrentSession } from '@/lib/auth/find-session';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { links } from '@/lib/core/links';
import { listAttention } from '@/lib/home/attention';
import type { AttentionItem } from '@/lib/home/schema';
import { listRecentCycles } from '@/lib/provisioning/queries/recent-cycles';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { AttentionQueue } from './_components/attention-queue';
import { HomeApplications } from './_components/home-applications';
import { PauseEverything } from './_components/pause-everything';

export const metadata: Metadata = { title: 'Home' };

const applicationsShown = 50;

/** What somebody else has to do is shown, not offered. */
function offered({ action: { label, href, needs }, ...item }: AttentionItem, session: CurrentSession) {
  return { ...item, action: { href, label: needs === null || may(session, needs) ? label : 'Look at it' } };
}

/** Home: what needs somebody first, then the applications with their last cycles. */
export default async function HomePage() {
  const session = await requireSession('console.use');
  const [attention, pause, { items, total }] = await Promise.all([
    listAttention(),
    findProvisioningPause(),
    listApplications({ limit: applicationsShown }),
  ]);
  const cycles = await listRecentCycles(items.map((application) => application.id));
  return (
    <>
      <PageHeader
        title="Home"
        actions={pause === null && may(session, 'integration.write') && <PauseEverything paused={false} />}
      />
      <Section title="Needs attention" description="Each line is one cause, with what to do about it." stacked>
        <AttentionQueue items={attention.map((item) => offered(item, session))} />
      </Section>
      <Section
        title="Applications"
        stacked
        actions={
          <LinkButton size="sm" href={links.applications()}>
            {total > items.length ? `All ${total.toLocaleString('en')} applications` : 'SSO Applications'}
          </LinkButton>
        }
      >
        {items.length === 0 ? (
          <div className="rounded-lg border border-line bg-surface">
            <EmptyState
              title="No applications yet"
              action={
                may(session, 'applications.write') && (
                  <LinkButton href={links.newApplication()} variant="primary">
                    Add New Application
                  </LinkButton>
                )
              }
            >
              Connect an application to give people single sign-on to it and to manage their accounts in it.
            </EmptyState>
          </div>
        ) : (
          <HomeApplications
            now={now()}
            rows={items.map((application) => ({ ...application, cycles: cycles.get(application.id) ?? [] }))}
          />
        )}
      </Section>
    </>
  );
}
