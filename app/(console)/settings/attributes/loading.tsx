import { ListPageSkeleton } from '@/components/patterns/page-skeleton';

export default function Loading() {
  return <ListPageSkeleton columns={4} selectable={false} />;
}
