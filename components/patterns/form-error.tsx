import { Callout } from '@/components/ui/callout';
import { InSight } from './in-sight';

/** A refused command in the flow of its form: what happened, and how to mend it. Announced when it appears. */
export function FormError({
  error,
  className,
}: {
  error: { message: string; hint?: string | undefined } | undefined;
  className?: string;
}) {
  if (!error) return null;
  return (
    <InSight key={error.message} {...(className === undefined ? {} : { className })}>
      <Callout kind="error" title={error.message}>
        {error.hint}
      </Callout>
    </InSight>
  );
}
