import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { listFailedSignIns } from '@/lib/sso/failed-sign-ins/queries';
import { failedSignInsQuerySchema } from '@/lib/sso/failed-sign-ins/schema';
import { loadApplication } from '../../_components/load-application';
import { FailedSignInsTable } from './_components/failed-sign-ins-table';

export const metadata: Metadata = { title: 'Failed sign-ins' };

/** Sign-ins to an application that did not come about, each with its cause. */
export default async function FailedSignInsPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  if (application.kind !== 'saml') notFound();
  const { cursor } = failedSignInsQuerySchema.parse(await searchParams);
  const page = await listFailedSignIns(application.id, { cursor });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[{ label: 'SSO', href: links.application(application.id).sso() }, { label: 'Failed sign-ins' }]}
        />
        <p className="max-w-[640px] text-muted">
          What failed for the same reason is one line. The last hundred of people who were signed in are kept, and the
          last hundred of everybody else, for 30 days.
        </p>
      </header>
      <FailedSignInsTable page={page} appName={application.displayLabel} />
    </div>
  );
}
