const types = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** A stream as a file to be kept. @param name without its ending */
export function exportResponse(
  stream: ReadableStream<Uint8Array>,
  { name, format }: { name: string; format: keyof typeof types },
): Response {
  return new Response(stream, {
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="${name}.${format}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
