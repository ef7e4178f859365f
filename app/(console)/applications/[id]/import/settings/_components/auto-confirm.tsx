'use client';

import { Card } from '@/components/ui/card';
import { CheckboxField } from '@/components/ui/checkbox';
import type { AutoConfirmKind, Matching } from '@/lib/imports/settings-schema';

const kinds: readonly { kind: AutoConfirmKind; label: string; help: string }[] = [
  {
    kind: 'username_and_email',
    label: 'Exact matches by username and e-mail',
    help: 'Linked. The account and the person have both in common.',
  },
  { kind: 'exact', label: 'Every exact match', help: 'Linked, whichever rule has found the person.' },
  { kind: 'new', label: 'New accounts', help: 'A person is created, with the password pending.' },
];

/** What is imported without a person who confirms it. */
export function AutoConfirm(props: { matching: Matching; readOnly: boolean; onChange: (matching: Matching) => void }) {
  const { matching, readOnly, onChange } = props;
  const { autoConfirm } = matching;
  return (
    <Card
      title="Import without review"
      description="Everything else waits for review. Never without one: whom several match, who would sign in by another name, and accounts that are inactive over there."
    >
      <div className="grid max-w-[640px] gap-3">
        {kinds.map(({ kind, label, help }) => (
          <CheckboxField
            key={kind}
            label={label}
            help={help}
            disabled={readOnly}
            checked={autoConfirm.includes(kind)}
            onCheckedChange={(on) =>
              onChange({
                ...matching,
                autoConfirm: on === true ? [...autoConfirm, kind] : autoConfirm.filter((one) => one !== kind),
              })
            }
          />
        ))}
      </div>
    </Card>
  );
}
