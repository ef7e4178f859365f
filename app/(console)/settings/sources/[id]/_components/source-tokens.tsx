'use client';

import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { ConfirmDestructive } from '@/components/patterns/confirm-destructive';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Status } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { SourceTokenRow } from '@/lib/inbound/queries';
import { revokeSourceTokenAction } from '../../actions';
import { CreateSourceToken } from './create-source-token';

const states = {
  active: { tone: 'ok', word: 'Active' },
  expired: { tone: 'attention', word: 'Expired' },
  revoked: { tone: 'inactive', word: 'Revoked' },
} as const;

/** The tokens of a source. The dialogs live here, so that a list that changes keeps them. */
export function SourceTokens({
  sourceId,
  tokens,
  url,
}: {
  sourceId: string;
  tokens: readonly SourceTokenRow[];
  url: string;
}) {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<SourceTokenRow>();
  const hasOne = tokens.some((token) => token.state === 'active');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-3">
      {tokens.length === 0 ? (
        <p className="text-muted">None yet: nothing can come from this source.</p>
      ) : (
        <div className="w-full min-w-0">
          <TokensTable tokens={tokens} onRevoke={setRevoking} />
        </div>
      )}
      <Button variant={hasOne ? 'secondary' : 'primary'} onClick={() => setCreating(true)}>
        <KeyRound aria-hidden />
        Create token
      </Button>
      <CreateSourceToken sourceId={sourceId} url={url} open={creating} onOpenChange={setCreating} />
      <RevokeSourceToken sourceId={sourceId} token={revoking} onClose={() => setRevoking(undefined)} />
    </div>
  );
}

function TokensTable({
  tokens,
  onRevoke,
}: {
  tokens: readonly SourceTokenRow[];
  onRevoke: (token: SourceTokenRow) => void;
}) {
  return (
    <Table label="Tokens of the source">
      <TableHead>
        <TableRow>
          <Th>Name</Th>
          <Th className="hidden md:table-cell">Begins with</Th>
          <Th className="hidden sm:table-cell">Last used</Th>
          <Th className="hidden md:table-cell">Expires</Th>
          <Th>State</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </TableRow>
      </TableHead>
      <TableBody>
        {tokens.map((token) => (
          <TableRow key={token.id}>
            <Td className="font-medium">{token.label}</Td>
            <Td mono className="hidden md:table-cell">
              {token.prefix}…
            </Td>
            <Td className="hidden sm:table-cell">
              <RelativeTime at={token.lastUsedAt} />
            </Td>
            <Td className="hidden md:table-cell">
              <RelativeTime tense="either" at={token.expiresAt} />
            </Td>
            <Td>
              <Status tone={states[token.state].tone}>{states[token.state].word}</Status>
            </Td>
            <Td className="text-right">
              {token.state !== 'revoked' && (
                <Button
                  size="sm"
                  variant="danger-quiet"
                  aria-label={`Revoke ${token.label}`}
                  onClick={() => onRevoke(token)}
                >
                  Revoke
                </Button>
              )}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function RevokeSourceToken(props: { sourceId: string; token: SourceTokenRow | undefined; onClose: () => void }) {
  const { sourceId, token, onClose } = props;
  // What is shown stays while the dialog closes.
  const [shown, setShown] = useState(token);
  if (token && token !== shown) setShown(token);
  const revoke = useAction(revokeSourceTokenAction, {
    success: `Revoked ${shown?.label ?? 'the token'}`,
    onSuccess: onClose,
    showError: 'inline',
  });
  return (
    <ConfirmDestructive
      open={token !== undefined}
      onOpenChange={(open) => {
        if (open) return;
        revoke.clearError();
        onClose();
      }}
      title={`Revoke ${shown?.label ?? 'token'}?`}
      consequences={[
        'The next request with it is refused: what changes over there does not arrive until the directory has another token.',
        'People and groups stay as they are.',
      ]}
      confirmLabel="Revoke token"
      pending={revoke.pending}
      error={revoke.error}
      onConfirm={() => shown && void revoke.run({ sourceId, tokenId: shown.id })}
    />
  );
}
