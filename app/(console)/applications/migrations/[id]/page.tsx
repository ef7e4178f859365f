import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { links } from '@/lib/core/links';
import { getMove, type Move } from '@/lib/moves/queries';
import { idpAddresses } from '@/lib/sso/addresses';
import { MigrationView } from './_components/migration-view';

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { oldLabel } = await find((await params).id);
  return { title: `Migrate ${oldLabel}` };
}

/** The migration of an application to a new instance: what is done, and what is next. */
export default async function MigrationPage({ params }: Props) {
  const session = await requireSession('applications.read');
  const move = await find((await params).id);
  const { old, new: to, oldLabel, newLabel } = move;
  const readOnly = !may(session, 'applications.write');
  return (
    <div className="grid max-w-[820px] gap-5">
      <header className="grid gap-2">
        <Breadcrumb
          items={[
            { label: 'SSO Applications', href: links.applications() },
            ...(old ? [{ label: old.displayLabel, href: links.application(old.id).overview() }] : []),
            { label: 'Migration' },
          ]}
        />
        <h1 className="break-words font-semibold text-lg">
          Migrate {oldLabel} to {newLabel}
        </h1>
        <p className="text-muted">
          Step by step, and whenever you like: what is done is kept. Nobody is deactivated on the way, and at each step
          you can back out.
        </p>
      </header>
      {readOnly && <ReadOnlyNote what="the migration" />}
      <MigrationView
        move={move}
        addresses={to && idpAddresses(to.slug, null)}
        requiresSso={to ? (getTemplate(to.templateId).scim?.requiresSso ?? false) : false}
        readOnly={readOnly}
      />
    </div>
  );
}

const find = cache(async (id: string): Promise<Move> => {
  if (!isUuid(id)) notFound();
  try {
    return await getMove(id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  }
});
