import { cn } from '@/components/ui/cn';
import { FieldSet } from '@/components/ui/field';
import { tokenRoles } from '@/lib/tokens/schema';
import { roleWords } from './token-words';

type TokenRole = (typeof tokenRoles)[number];

/** Who the token acts as, each with what it may do. */
export function RoleChoice({
  value,
  onChange,
  error,
}: {
  value: TokenRole | undefined;
  onChange: (role: TokenRole) => void;
  error: string | undefined;
}) {
  return (
    <FieldSet legend="What it may do" error={error}>
      {tokenRoles.map((role) => (
        <label
          key={role}
          className={cn(
            'flex cursor-pointer items-start gap-2.5 rounded-lg border px-3 py-2.5 transition-colors hover:bg-hover',
            value === role ? 'border-accent' : 'border-line',
          )}
        >
          <input
            type="radio"
            name="role"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={value === role}
            onChange={() => onChange(role)}
          />
          <span className="grid gap-0.5">
            <span className="font-medium">{roleWords[role].label}</span>
            <span className="text-muted text-xs">{roleWords[role].help}</span>
          </span>
        </label>
      ))}
    </FieldSet>
  );
}
