import { Callout } from '@/components/ui/callout';
import type { ActionFailure } from './action-result';

/** A refused command in the flow of its form: what happened, and how to mend it. Announced when it appears. */
export function FormError({
  error,
  className,
}: {
  error: Pick<ActionFailure, 'message' | 'hint'> | undefined;
  className?: string;
}) {
  if (!error) return null;
  return (
    <Callout kind="error" title={error.message} {...(className === undefined ? {} : { className })}>
      {error.hint}
    </Callout>
  );
}
