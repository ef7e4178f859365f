import { unstable_rethrow } from 'next/navigation';
import { describeFailure, type Failure } from '@/lib/core/failure';

/** {@link describeFailure}, but Next's own control errors (redirect, notFound, forbidden) are thrown on. */
export function toFailure(error: unknown): Failure {
  unstable_rethrow(error);
  return describeFailure(error);
}
