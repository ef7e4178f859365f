'use client';

import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ListedRows } from '@/components/patterns/data-table-types';
import { ExportMenu } from '@/components/patterns/export-menu';
import { FilterBar } from '@/components/patterns/filter-bar';
import { PageHeader } from '@/components/patterns/page-header';
import { useUrlState } from '@/components/patterns/use-url-state';
import { Button, LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { links } from '@/lib/core/links';
import type { TokenRow } from '@/lib/tokens/queries';
import { CreateTokenDialog } from './create-token-dialog';
import { RevokeToken } from './revoke-token';
import { TokensTable } from './tokens-table';

/** The list of tokens with what can be done to them. The dialogs live here, so that a list that changes keeps them. */
export function TokensScreen({ page, origin }: { page: ListedRows<TokenRow>; origin: string }) {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenRow>();
  const url = useUrlState();
  const filtered = url.hasFilters(new Set(['sort', 'cursor']));
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      Create token
    </Button>
  );
  const isEmpty = page.items.length === 0 && !filtered;
  return (
    <>
      <PageHeader
        title="API tokens"
        description="What scripts sign in with at the HTTP API, each with a role of its own. A token works while the person whose it is may do as much."
        actions={
          !isEmpty && (
            <>
              <LinkButton href={links.apiReference()}>API reference</LinkButton>
              {create}
            </>
          )
        }
      />
      <div className="grid gap-4">
        {!isEmpty && (
          <FilterBar
            placeholder="Search by name or creator"
            filters={[
              {
                param: 'state',
                label: 'State',
                single: true,
                options: [
                  { value: 'active', label: 'Active' },
                  { value: 'not_accepted', label: 'Not accepted' },
                  { value: 'expired', label: 'Expired' },
                  { value: 'revoked', label: 'Revoked' },
                ],
              },
            ]}
          >
            <ExportMenu address="/api/tokens/export" />
          </FilterBar>
        )}
        <TokensTable
          page={page}
          onRevoke={setRevoking}
          empty={
            <EmptyState
              icon={KeyRound}
              title="No tokens yet"
              action={
                <>
                  <LinkButton href={links.apiReference()}>Read the API reference</LinkButton>
                  {create}
                </>
              }
            >
              Everything that the console does can be done by a script. Create a token, send it as{' '}
              <span className="whitespace-nowrap font-mono text-xs">Authorization: Bearer …</span>, and revoke it when
              the script is gone.
            </EmptyState>
          }
        />
      </div>
      <CreateTokenDialog open={creating} onOpenChange={setCreating} origin={origin} />
      <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}
