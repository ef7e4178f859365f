import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { AppTile } from '@/components/ui/app-tile';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { LinkTabs } from '@/components/ui/tabs';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { findOpenMove } from '@/lib/applications/open-move';
import { may, requireSession } from '@/lib/auth/session';
import { type ApplicationTab, links } from '@/lib/core/links';
import { IdmStatusWord, SsoStatusWord } from '../_components/application-status';
import { ApplicationMenu } from './_components/application-menu';
import { IdmHeaderLink } from './_components/idm-header-link';
import { loadApplication } from './_components/load-application';
import { MoveLine } from './_components/move-line';
import { NextStepLine } from './_components/next-step-line';

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  const { displayLabel } = await loadApplication(id);
  return { title: { default: displayLabel, template: `%s · ${displayLabel} · Latchkey` } };
}

/** The head of an application: its state, its next step, its tabs. */
export default async function ApplicationLayout({ params, children }: Props) {
  const session = await requireSession('applications.read');
  const { id } = await params;
  const application = await loadApplication(id);
  const move = await findOpenMove(id);
  const bookmark = application.kind === 'bookmark';
  const template = getTemplate(application.templateId);
  const tab = (path: ApplicationTab, label: string) => ({ href: links.application(id).tab(path), label });
  return (
    <div className="grid gap-5">
      <header className="grid gap-3">
        <Breadcrumb
          items={[{ label: 'SSO Applications', href: links.applications() }, { label: application.displayLabel }]}
        />
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 max-sm:gap-x-3">
          <div className="flex min-w-0 items-center gap-3 max-sm:flex-1">
            <AppTile
              name={application.displayLabel}
              color={application.logoColor}
              image={application.logoImage}
              size="lg"
            />
            <div className="grid min-w-0 gap-0.5">
              <h1 className="break-words font-semibold text-lg">{application.displayLabel}</h1>
              <p className="flex flex-wrap items-center gap-x-3 text-muted">
                <span>{template.name}</span>
                {template.scim && <IdmHeaderLink applicationId={id} />}
              </p>
            </div>
          </div>
          {/* The menu stands beside the name on a phone, and behind the states elsewhere. */}
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2 max-sm:order-last max-sm:basis-full sm:ml-auto">
            <SsoStatusWord status={application.ssoStatus} label={bookmark ? 'Bookmark' : 'SSO'} />
            {template.scim && <IdmStatusWord status={application.idmStatus} label="IdM" />}
          </div>
          {may(session, 'applications.write') && (
            <ApplicationMenu
              isMoving={move !== undefined}
              application={{
                id,
                displayLabel: application.displayLabel,
                kind: application.kind,
                placeholders: template.placeholders.map(({ name, label, help }) => ({
                  ...{ name, label, help },
                  value: application.placeholders[name] ?? '',
                })),
              }}
            />
          )}
        </div>
        {move && <MoveLine move={move} />}
        {move?.role !== 'new' && <NextStepLine application={application} />}
      </header>
      <LinkTabs
        label={application.displayLabel}
        tabs={[
          tab('general', 'General Info'),
          bookmark ? tab('bookmark', 'Bookmark') : tab('sso', 'SSO'),
          ...(template.scim
            ? [tab('identity-management', 'Identity Management'), tab('mappings', 'Attribute Mappings')]
            : []),
          tab('groups', 'User Groups'),
          tab('assignments', 'Assignments'),
          ...(template.scim ? [tab('import', 'Import'), tab('provisioning', 'Provisioning')] : []),
          tab('events', 'Events'),
        ]}
      />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
