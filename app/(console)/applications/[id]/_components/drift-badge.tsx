import { Badge } from '@/components/ui/badge';

/** The account is otherwise over there than it was sent, and nobody changed the person. */
export function DriftBadge({ title }: { title?: string | undefined }) {
  return (
    <span title={title}>
      <Badge tone="attention">Drift</Badge>
    </span>
  );
}
