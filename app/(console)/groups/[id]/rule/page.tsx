import { notFound } from 'next/navigation';
import { ReadOnlyNote } from '@/components/patterns/read-only-note';
import { EmptyState } from '@/components/ui/empty-state';
import { may, requireSession } from '@/lib/auth/session';
import { listNamedAttributes } from '@/lib/directory/attribute-definitions';
import { findGroupDetail } from '../_components/find-group';
import { RuleEditor } from './_components/rule-editor';

/** The rule by which people are members of the group: edited, previewed, ended. */
export default async function GroupRulePage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('groups.read');
  const group = await findGroupDetail((await params).id);
  if (!group) notFound();
  if (group.readOnly) {
    return (
      <EmptyState title="An imported group has no rule">Its members are what they are in the application.</EmptyState>
    );
  }
  const readOnly = !may(session, 'groups.write');
  return (
    <div className="grid gap-4">
      <p className="max-w-[720px] text-muted">
        Whoever falls under the rule is a member, and is put in or taken out when something about them changes.
        Suspended people stay members, unless the rule asks whether somebody is active.
      </p>
      {readOnly && <ReadOnlyNote what="the rule" />}
      <RuleEditor
        // Begins anew when what is stored has changed, and only then.
        key={JSON.stringify(group.rule)}
        group={{ id: group.id, name: group.name, version: group.version, directMembers: group.directMembers }}
        stored={group.rule}
        customAttributes={await listNamedAttributes()}
        readOnly={readOnly}
      />
    </div>
  );
}
