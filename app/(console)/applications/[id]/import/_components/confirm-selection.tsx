'use client';

import { usePathname, useRouter } from 'next/navigation';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { SwitchField } from '@/components/ui/switch';
import { backgroundFrom, type ImportSelection, type SelectionSummary } from '@/lib/imports/schema';
import { confirmImportAction } from '../actions';
import { AskToActivate } from './ask-to-activate';

/** "30 create, 7 link" and the button; then the question, then the import. */
export function ConfirmSelection({
  importId,
  selection,
  summary,
  mayGiveNames,
}: {
  importId: string;
  selection: ImportSelection;
  summary: SelectionSummary;
  mayGiveNames: boolean;
}) {
  const router = useRouter();
  const path = usePathname();
  const [asking, setAsking] = useState(false);
  const [linkOtherNames, setLinkOtherNames] = useState(false);
  const [activateInactive, setActivateInactive] = useState(false);
  const confirm = useAction(confirmImportAction, {
    showError: 'inline',
    onSuccess: ({ background }) => {
      setAsking(false);
      // The filters of the review would hide rows of the result.
      router.replace(path);
      // Its results are seen by polling; a worker takes over if this request is cut off.
      if (!background) void fetch(`/api/imports/${importId}/run`, { method: 'POST' }).catch(() => undefined);
    },
  });
  const offered = mayGiveNames ? summary.otherNames : 0;
  const others = linkOtherNames ? offered : 0;
  const total = summary.create + summary.link + summary.update + others;
  const undecided = summary.undecided - others;
  const counted = (number: number, noun: string) => count(number, noun, summary.isExact);
  const asksToActivate = summary.activates.count > 0 || confirm.error?.field === 'activateInactive';
  return (
    <>
      <span className="tabular-nums">{partsOf(summary)}</span>
      <Button variant="primary" disabled={summary.isExact && total + offered === 0} onClick={() => setAsking(true)}>
        Import
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          setLinkOtherNames(false);
          setActivateInactive(false);
          confirm.clearError();
        }}
        title="Confirm Assignments"
        description={`${counted(total, 'account')} will be imported.`}
        confirmLabel="Confirm"
        pending={confirm.pending}
        confirmDisabled={(summary.isExact && total === 0) || (asksToActivate && !activateInactive)}
        onConfirm={() => void confirm.run({ importId, selection, linkOtherNames, activateInactive })}
      >
        {offered > 0 && (
          <SwitchField
            label={`Link ${counted(offered, 'account')} under another name, too`}
            help="Each matches one person, who signs in by the name of the account from then on."
            checked={linkOtherNames}
            onCheckedChange={setLinkOtherNames}
          />
        )}
        <ul className="grid list-disc gap-1 pl-5">
          {summary.create > 0 && (
            <li>
              {counted(summary.create, 'new directory user')}: active, password pending. No mail is sent to anybody.
            </li>
          )}
          {summary.link + others > 0 && (
            <li>{counted(summary.link + others, 'account')} linked to people of the directory.</li>
          )}
          {summary.update > 0 && (
            <li>
              {counted(summary.update, 'account')} linked, and{' '}
              {summary.update === 1 ? 'its person takes' : 'their people take'} over what the account says. Usernames
              and e-mail addresses stay.
            </li>
          )}
          {undecided > 0 && (
            <li>{counted(undecided, 'account')} left out, because nobody chose what to do with them.</li>
          )}
          {summary.own > 0 && <li>Your own account left out: somebody else has to import it.</li>}
          {summary.ignored > 0 && <li>{counted(summary.ignored, 'account')} ignored.</li>}
          <li>
            {!summary.isExact || total >= backgroundFrom
              ? 'It runs in the background; you get a mail when it is complete.'
              : 'Results are shown as they come.'}
          </li>
        </ul>
        {asksToActivate ? (
          <AskToActivate
            question={confirm.error?.message ?? activationQuestion(summary.activates)}
            checked={activateInactive}
            onCheckedChange={setActivateInactive}
          />
        ) : (
          <FormError error={confirm.error} />
        )}
      </AlertDialog>
    </>
  );
}

/** Whom the application would let in again. */
function activationQuestion({ count, countIsExact, names }: SelectionSummary['activates']): string {
  const more = count - names.length;
  const told = [...names, ...(more > 0 || !countIsExact ? [`${atLeast(more, countIsExact)} more`] : [])].join(', ');
  return `${atLeast(count, countIsExact)} inactive ${count === 1 && countIsExact ? 'account' : 'accounts'} would be activated over there: ${told}.`;
}

function partsOf({ create, link, update, undecided, ignored, isExact }: SelectionSummary): string {
  const parts = [`${atLeast(create, isExact)} create`, `${atLeast(link, isExact)} link`];
  if (update > 0) parts.push(`${atLeast(update, isExact)} update`);
  if (ignored > 0) parts.push(`${atLeast(ignored, isExact)} ignored`);
  if (undecided > 0) parts.push(`${atLeast(undecided, isExact)} to choose`);
  return parts.join(', ');
}

function count(number: number, noun: string, isExact: boolean): string {
  return `${atLeast(number, isExact)} ${noun}${number === 1 && isExact ? '' : 's'}`;
}

/** "1,000", or "1,000+" where not all were counted. */
function atLeast(number: number, isExact: boolean): string {
  return `${number.toLocaleString('en')}${isExact ? '' : '+'}`;
}
