import { SamlError } from '@/lib/saml/error';
import type { Provider } from './provider';

/** What whoever comes again is told. */
export function alreadyAnswered({ application }: Provider): SamlError {
  return new SamlError('request_replayed', 'This sign-in was answered already, and each works once.', {
    hint: `If ${application.displayLabel} does not know you, start again there.`,
  });
}
