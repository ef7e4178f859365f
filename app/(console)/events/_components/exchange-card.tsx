import { ExchangeBlocks } from '@/components/patterns/exchange-blocks';
import { Card } from '@/components/ui/card';
import type { Exchange } from '@/lib/db/generated/client';

/** The request that was sent and the answer; secrets were never kept. */
export function ExchangeCard({ exchange, durationMs }: { exchange: Exchange; durationMs: number | null }) {
  const { status } = exchange;
  return (
    <Card
      title="Exchange with the application"
      description={`${status === null ? 'No answer' : `Answered ${status}`}${durationMs === null ? '' : ` after ${durationMs.toLocaleString('en')} ms`}. The token is never recorded.`}
    >
      <div className="grid gap-3">
        <ExchangeBlocks exchange={exchange} />
      </div>
    </Card>
  );
}
