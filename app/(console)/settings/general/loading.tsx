import { FormPageSkeleton } from '@/components/patterns/page-skeleton';

export default function Loading() {
  return <FormPageSkeleton />;
}
