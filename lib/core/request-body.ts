import { AppError } from './errors';

/** Bytes of a request's body: service provider metadata of 1 MiB fits, in JSON. */
const maxBytes = 2 * 1024 * 1024;

/**
 * The body of a request as text, of 2 MiB at most; UTF-8, and what is none is replaced.
 * @throws AppError `body_too_large` for more
 */
export async function readRequestText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  const reader = request.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    size += next.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new AppError('body_too_large', 'The body is larger than 2 MiB.');
    }
    text += decoder.decode(next.value, { stream: true });
  }
  return text + decoder.decode();
}
