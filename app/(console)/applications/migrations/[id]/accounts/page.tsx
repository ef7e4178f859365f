import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { links } from '@/lib/core/links';
import { listComparedAccounts } from '@/lib/moves/compared-accounts';
import { getMoveLabels } from '@/lib/moves/queries';
import { comparedAs, comparedFilterSchema } from '@/lib/moves/schema';
import { comparedWords } from '../_components/compared-words';
import { ComparedTable } from './_components/compared-table';

export const metadata: Metadata = { title: 'Compared accounts' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

/** Everybody who has an account by the old instance, with the account that is theirs in the new one. */
export default async function ComparedAccountsPage({ params, searchParams }: Props) {
  await requireSession('applications.read');
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const filter = comparedFilterSchema.parse(await searchParams);
  const { move, page } = await read(id, filter);
  return (
    <div className="grid gap-5">
      <header className="grid gap-2">
        <Breadcrumb
          items={[
            { label: 'SSO Applications', href: links.applications() },
            { label: 'Migration', href: links.migration(id) },
            { label: 'Compared accounts' },
          ]}
        />
        <h1 className="break-words font-semibold text-lg">
          Accounts of {move.oldLabel} in {move.newLabel}
        </h1>
      </header>
      <ListFrame
        search="Search people"
        filters={[
          {
            param: 'as',
            label: 'In the new instance',
            single: true,
            options: comparedAs.map((value) => ({ value, label: comparedWords[value] })),
          },
        ]}
      >
        <ComparedTable page={page} oldLabel={move.oldLabel} newLabel={move.newLabel} />
      </ListFrame>
    </div>
  );
}

/** What is compared no more is told by the migration itself. */
async function read(id: string, filter: Parameters<typeof listComparedAccounts>[1]) {
  try {
    return { page: await listComparedAccounts(id, filter), move: await getMoveLabels(id) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found') notFound();
    if (error.code === 'conflict') redirect(links.migration(id));
    throw error;
  }
}
