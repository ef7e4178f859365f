import { CodeBlock } from '@/components/ui/code-block';

/** A request and its answer, as they were kept: without secrets. */
export interface ShownExchange {
  method: string;
  url: string;
  requestBody: string | null;
  status: number | null;
  responseBody: string | null;
  /** It was part of a request of so many. */
  together?: number | null;
}

/** A request and, below it, its answer. */
export function ExchangeBlocks({ exchange }: { exchange: ShownExchange }) {
  const { method, url, requestBody, status, responseBody, together } = exchange;
  return (
    <>
      {together && (
        <p className="text-muted text-sm">
          Sent by one request of {together.toLocaleString('en')} operations. Here is the one that is about this, and
          what the answer says of it.
        </p>
      )}
      <CodeBlock label={`Request: ${method} ${url}`} code={pretty(requestBody) || 'No body'} wrap />
      <CodeBlock
        label={status === null ? 'No response' : `Response: ${status}`}
        code={pretty(responseBody) || 'No body'}
        wrap
      />
    </>
  );
}

/** JSON laid out; what is not JSON (an error page), and JSON that was cut, as it came. */
function pretty(body: string | null): string {
  if (!body) return '';
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
