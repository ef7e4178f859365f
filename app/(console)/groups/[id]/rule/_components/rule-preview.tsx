import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { Skeleton } from '@/components/ui/skeleton';
import type { ForetoldRule as Preview } from '@/lib/provisioning/queries/rule-preview';
import { RuleAccounts } from './rule-accounts';

const people = (count: number) => (count === 1 ? '1 person' : `${count.toLocaleString('en')} people`);

/** Who would be a member, who would come in and who would fall out: counted, and the first by name; and which accounts follow. */
export function RulePreview({
  preview,
  refused,
  failed,
  empty,
}: {
  preview: Preview | undefined;
  refused: boolean;
  failed: string | undefined;
  /** There is no clause. */
  empty: boolean;
}) {
  return (
    <Card title="Preview" description="Live, with unsaved changes.">
      <div className="grid gap-4" aria-live="polite">
        <Content preview={preview} refused={refused} failed={failed} empty={empty} />
      </div>
    </Card>
  );
}

function Content({ preview, refused, failed, empty }: Parameters<typeof RulePreview>[0]) {
  if (empty) return <p className="text-muted">Add a clause to see who falls under the rule.</p>;
  if (failed) return <Callout kind="error" title={failed} />;
  if (refused) return <p className="text-muted">Complete the clauses to see who falls under the rule.</p>;
  if (!preview) return <Skeleton className="h-16 w-full" />;
  const { members, added, removed, memberNames, addedNames, removedNames } = preview;
  return (
    <>
      <Names
        title={`${people(members)} ${members === 1 ? 'falls' : 'fall'} under it`}
        names={memberNames}
        of={members}
      />
      {added > 0 && <Names title={`${people(added)} would come in`} names={addedNames} of={added} />}
      {removed > 0 && <Names title={`${people(removed)} would fall out`} names={removedNames} of={removed} />}
      {added + removed === 0 && <p className="text-muted">Nobody would come in or fall out.</p>}
      {added + removed > 0 && <RuleAccounts preview={preview} />}
    </>
  );
}

function Names({ title, names, of }: { title: string; names: readonly string[]; of: number }) {
  return (
    <section className="grid gap-1">
      <h3 className="font-medium">{title}</h3>
      {names.length > 0 && (
        <p className="break-words text-muted">
          {names.join(', ')}
          {of > names.length && ` and ${(of - names.length).toLocaleString('en')} more`}
        </p>
      )}
    </section>
  );
}
