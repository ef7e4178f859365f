import { z } from 'zod';

/** How far the reading of one collection has come, over all its stretches. */
export const readingProgressSchema = z.object({
  pages: z.number().int(),
  /** Different ones. */
  resources: z.number().int(),
  /** Characters of the answers. */
  bytes: z.number().int(),
  /** The most that the server has claimed to hold, on any page. */
  claimed: z.number().default(0),
});
export type ReadingProgress = z.infer<typeof readingProgressSchema>;

export const notBegun: ReadingProgress = { pages: 0, resources: 0, bytes: 0, claimed: 0 };

export interface ReadingBounds {
  /** Different resources. */
  resources: number;
  /** Pages for every resource, beside those that come on top: so many may hold little or nothing new. */
  resourcesPerPage: number;
  pagesOnTop: number;
  bytes: number;
}

/**
 * What is read of one collection at most. A million accounts fit with whatever pages a server makes of them, down to five
 * a page; fewer a page are read for some thousand accounts.
 */
export const readingBounds: ReadingBounds = {
  resources: 1_000_000,
  resourcesPerPage: 5,
  pagesOnTop: 1_000,
  bytes: 8 * 1024 ** 3,
};

/** Why a list is not read on; undefined while it is within its bounds. */
export function beyondBounds(
  collection: string,
  { pages, resources, bytes }: Omit<ReadingProgress, 'claimed'>,
  bounds: ReadingBounds = readingBounds,
): string | undefined {
  const number = (value: number) => value.toLocaleString('en-US');
  if (resources > bounds.resources) {
    return `More than ${number(bounds.resources)} ${collection}: the list is refused as endless`;
  }
  if (pages > bounds.pagesOnTop + resources / bounds.resourcesPerPage) {
    return `${number(pages)} pages held ${number(resources)} different ${collection}: the list is refused as endless`;
  }
  if (bytes > bounds.bytes) {
    return `${number(resources)} ${collection} take more than ${number(Math.round(bounds.bytes / 1024 ** 2))} MiB: the list is refused as endless`;
  }
  return undefined;
}
