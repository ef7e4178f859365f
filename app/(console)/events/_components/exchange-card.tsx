import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import type { Exchange } from '@/lib/db/generated/client';

/** The request that was sent and the answer; secrets were never kept. */
export function ExchangeCard({ exchange, durationMs }: { exchange: Exchange; durationMs: number | null }) {
  const { method, url, requestBody, status, responseBody } = exchange;
  return (
    <Card
      title="Exchange with the application"
      description={`${status === null ? 'No answer' : `Answered ${status}`}${durationMs === null ? '' : ` after ${durationMs.toLocaleString('en')} ms`}. The token is never recorded.`}
    >
      <div className="grid gap-3">
        <CodeBlock label="Request" code={`${method} ${url}${requestBody ? `\n\n${pretty(requestBody)}` : ''}`} wrap />
        <CodeBlock label="Response" code={`${status ?? 'No status'}\n\n${pretty(responseBody ?? '')}`.trim()} wrap />
      </div>
    </Card>
  );
}

/** JSON laid out; anything else, and JSON that was cut, as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
