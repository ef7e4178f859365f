import { ListPageSkeleton } from '@/components/patterns/page-skeleton';

/** Of every page that is a list. One for administrators alone refuses before this begins to stream: it stands elsewhere, with a layout. */
export default function Loading() {
  return <ListPageSkeleton selectable={false} />;
}
