import { CopyField } from '@/components/patterns/copy-field';

/** A secret, this once. */
export function SecretShown({ secret }: { secret: string }) {
  return (
    <CopyField
      label="Signing secret"
      value={secret}
      help="The receiver verifies messages with it. It is not shown again; it can be replaced at any time."
    />
  );
}
