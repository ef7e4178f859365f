import { Fragment } from 'react';
import { Code } from '@/components/ui/code-block';

/** Words of the document, which is Markdown for other readers: `code` and emphasis. */
export function InlineText({ children }: { children: string }) {
  const parts = children.split(/(`[^`]+`|\*[^*\s][^*]*\*)/);
  return parts.map((part, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: a text is the same each time.
    if (part.startsWith('`') && part.length > 2) return <Code key={index}>{part.slice(1, -1)}</Code>;
    if (part.startsWith('*') && part.length > 2) return <em key={index}>{part.slice(1, -1)}</em>;
    return <Fragment key={index}>{part}</Fragment>;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: see above.
  });
}
