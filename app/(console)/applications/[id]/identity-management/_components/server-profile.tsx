'use client';

import { useState } from 'react';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { DescriptionList, Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { inWords, type Origin } from '@/lib/core/setting';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { type ProfileName, profileNames, serverProfile } from '@/lib/scim/profile';
import { updateServerProfileAction } from '../actions';
import { EditServerProfile } from './edit-server-profile';

const origins: Record<Origin, string> = {
  administrator: 'Set here',
  learned: 'Learned',
  template: 'Template',
  default: 'Assumed',
};

/** What the server can do and its habits, each with where that is from; what was set here can be taken back. */
export function ServerProfileTable({
  applicationId,
  integration,
  readOnly,
}: {
  applicationId: string;
  integration: IntegrationState;
  readOnly: boolean;
}) {
  const { profile, version, capabilities, taught } = integration;
  const [editing, setEditing] = useState(false);
  const reset = useAction(updateServerProfileAction, { success: 'Taken back', showError: 'toast' });
  const { bulk, source } = capabilities;
  return (
    <div className="grid gap-3">
      <Table label="What the server can do">
        <TableHead>
          <TableRow>
            <Th>Habit</Th>
            <Th>What is known</Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {profileNames.map((name) => {
            const { label, help } = serverProfile[name];
            const { value, origin } = profile[name];
            return (
              <TableRow key={name}>
                <Td>
                  {label}
                  <p className="text-muted text-xs max-sm:hidden">{help}</p>
                </Td>
                <Td>
                  <div className="flex flex-wrap items-center gap-2">
                    <span className="break-words">
                      {sentence(
                        inWords(serverProfile[name], value) ?? (String(value).replaceAll('\n', ', ') || 'None'),
                      )}
                    </span>
                    <Badge icon={false}>{origins[origin]}</Badge>
                  </div>
                  {origin === 'learned' && <TaughtBy answer={taught[name]} />}
                  {origin === 'learned' && taught[name] && !readOnly && (
                    <Button
                      size="sm"
                      variant="link"
                      className="block"
                      disabled={reset.pending}
                      onClick={() => reset.run({ applicationId, version, forget: [name] })}
                    >
                      Forget<span className="sr-only"> {label}</span>
                    </Button>
                  )}
                  {origin === 'administrator' && !readOnly && (
                    <Button
                      size="sm"
                      variant="link"
                      className="block"
                      disabled={reset.pending}
                      onClick={() => reset.run({ applicationId, version, [name]: null })}
                    >
                      Reset<span className="sr-only"> {label}</span>
                    </Button>
                  )}
                </Td>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      <DescriptionList
        items={[
          {
            label: '/Bulk, as it says',
            value: bulk.supported
              ? `Offered, ${bulk.maxOperations.toLocaleString('en')} operations and ${bulk.maxPayload.toLocaleString('en')} bytes a request`
              : 'Not offered',
          },
          {
            label: 'Says of itself',
            value: source === 'server' ? 'What its ServiceProviderConfig says' : 'Nothing',
          },
        ]}
      />
      {!readOnly && (
        <div>
          <Button onClick={() => setEditing(true)}>Change what the server can do</Button>
        </div>
      )}
      {editing && (
        <EditServerProfile
          applicationId={applicationId}
          version={version}
          profile={profile}
          onClose={() => setEditing(false)}
        />
      )}
    </div>
  );
}

const sentence = (words: string) =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/^Application\//, 'application/');

/** The answer that has taught a habit. */
function TaughtBy({ answer }: { answer: IntegrationState['taught'][ProfileName] }) {
  if (!answer) return null;
  const { at, status, text } = answer;
  return (
    <p className="max-w-md break-words text-muted text-xs">
      <AbsoluteTime at={at} />
      {status === null ? '' : ` · ${status}`}: {text}
    </p>
  );
}
