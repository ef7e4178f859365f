import { mayGiveOtherNames } from '@/lib/applications/naming-rule';
import { AppError } from '@/lib/core/errors';
import type { Authority } from '@/lib/tokens/authority';

/** Who is known here is changed by administrators alone, also by way of an import. @throws AppError `forbidden` */
export function assertMayUpdate(authorities: readonly Authority[]): void {
  if (authorities.some(mayGiveOtherNames)) return;
  throw new AppError('forbidden', 'Only administrators have people take over the values of an account.', {
    hint: 'Link without updating, or ask an administrator.',
  });
}
