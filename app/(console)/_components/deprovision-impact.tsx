'use client';

import { useQuery } from '@tanstack/react-query';
import { Callout } from '@/components/ui/callout';
import { Spinner } from '@/components/ui/spinner';
import type { DeprovisionPreview } from '@/lib/provisioning/queries/deprovision-preview';

/**
 * Inside a dialog that would deprovision: how many accounts, where, and the first names. Asked when the dialog opens.
 * @param url the preview's route @param body what it is asked about, where that is too large for an address
 * @param accountAlone why somebody loses the account and keeps access
 */
export function DeprovisionImpact({
  url,
  body,
  accountAlone = 'left out by the scoping filter',
}: {
  url: string;
  body?: object;
  accountAlone?: string;
}) {
  const { data, isPending, isError } = useQuery({
    queryKey: ['deprovision-preview', url, body],
    staleTime: 0,
    queryFn: async (): Promise<DeprovisionPreview> => {
      const answer = await fetch(url, body && posted(body));
      if (!answer.ok) throw new Error(`The preview was refused: ${answer.status}`);
      return answer.json();
    },
  });
  if (isPending) return <Spinner label="Counting accounts" />;
  if (isError) {
    return (
      <Callout kind="warning" title="The accounts could not be counted">
        Close this and try again, if you want to know how many there are.
      </Callout>
    );
  }
  if (data.applications.length === 0) return <Callout title="No account in any application is affected." />;
  const isExact = data.applications.every((impact) => impact.isExact);
  return (
    <Callout kind={data.accounts > 0 ? 'warning' : 'info'} title={titleOf(data, isExact)}>
      <ul className="mt-1 grid gap-1">
        {data.applications.map((impact) => (
          <li key={impact.applicationId}>
            <span className="font-medium">{impact.displayLabel}</span>:{' '}
            {count(impact.accounts, 'account', impact.isExact)}
            {impact.accounts > 0 && impact.becomes === 'deleted' && ' to be deleted'}
            {impact.people !== impact.accounts &&
              (impact.people === 0
                ? `, ${accountAlone}; nobody loses access`
                : `, ${atLeast(impact.people, impact.isExact)} lose access`)}
            {impact.names.length > 0 && ` (${named(impact.names, impact.accounts, impact.isExact)})`}
            {impact.becomes === 'kept' && '; accounts are left as they are'}
            {impact.heldBy && `. ${heldWords[impact.heldBy]}`}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const heldWords = {
  setting: 'They wait until somebody allows it.',
  guard: 'That is more than the guard lets through: all wait until somebody allows it.',
  perhaps: 'Where that is more than the guard lets through, all wait until somebody allows it.',
} as const;

function titleOf({ applications, accounts }: DeprovisionPreview, isExact: boolean): string {
  const verbs = new Set(applications.flatMap((impact) => (impact.accounts > 0 ? [impact.becomes] : [])));
  const verb = [...verbs].sort().join(' or ') || 'deactivated';
  return `${count(accounts, 'account', isExact)} will be ${verb}`;
}

export function count(number: number, noun: string, isExact: boolean): string {
  return `${atLeast(number, isExact)} ${noun}${number === 1 && isExact ? '' : 's'}`;
}

/** "1,000", or "1,000+" where not all were counted. */
export function atLeast(number: number, isExact: boolean): string {
  return `${number.toLocaleString('en')}${isExact ? '' : '+'}`;
}

export function named(names: readonly string[], all: number, isExact: boolean): string {
  const more = all - names.length;
  return more > 0 ? `${names.join(', ')} and ${atLeast(more, isExact)} more` : names.join(', ');
}
