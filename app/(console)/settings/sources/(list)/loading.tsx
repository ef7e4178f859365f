import { ListPageSkeleton } from '@/components/patterns/page-skeleton';

export default function Loading() {
  return <ListPageSkeleton columns={5} selectable={false} />;
}
