import { Badge } from '@/components/ui/badge';
import { Status, type Tone } from '@/components/ui/status';
import type { ImportRowView } from '@/lib/imports/queries';

/** The two statuses of the list: New, and Imported once a person of the directory has the account. */
export function ImportStatus({ row }: { row: ImportRowView }) {
  return row.match === 'imported' || row.state === 'done' ? <Badge tone="ok">Imported</Badge> : <Badge>New</Badge>;
}

const matchWords: Record<ImportRowView['match'], { tone: Tone; word: string }> = {
  none: { tone: 'inactive', word: 'None' },
  exact: { tone: 'ok', word: 'Exact' },
  partial: { tone: 'attention', word: 'Partial' },
  ambiguous: { tone: 'attention', word: 'Several' },
  imported: { tone: 'ok', word: 'Linked' },
};

/** With whom an account matches. */
export function MatchCell({ row }: { row: ImportRowView }) {
  const { tone, word } = matchWords[row.match];
  const seen = row.choice ? 'attention' : tone;
  const people = row.candidates.map((person) => person.displayName).join(', ');
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Status tone={seen}>{word}</Status>
      {people && <span className="truncate text-muted">{people}</span>}
    </span>
  );
}

/** The whole of it, for the tooltip. */
export function matchTitle(row: ImportRowView): string | undefined {
  if (row.candidates.length === 0) return undefined;
  const people = row.candidates.map((person) => `${person.displayName} (${person.email})`).join(', ');
  return row.matchedBy.length > 0 ? `${people}: same ${row.matchedBy.join(' and ')}` : people;
}
