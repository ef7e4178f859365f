/**
 * How many requests a minute a server takes, as it says so itself: the policies of RateLimit-Policy (`"default";q=100;w=60`, or
 * `100;w=60` as older drafts have it), or of RateLimit-Limit (`100, 100;w=60`). The strictest of several counts.
 * @returns at least 1; undefined where no policy is told with its window, which nobody can guess
 */
export function readRate(headers: Readonly<Record<string, string>>): number | undefined {
  const told = [headers['ratelimit-policy'], headers['ratelimit-limit']].flatMap((text) => text?.split(',') ?? []);
  const rates = told.flatMap((policy) => {
    const quota = /(?:^\s*|;\s*q=)(\d{1,9})\s*(?:;|$)/.exec(policy)?.[1];
    const seconds = /;\s*w=(\d{1,9})\s*(?:;|$)/.exec(policy)?.[1];
    return Number(quota) > 0 && Number(seconds) > 0
      ? [Math.max(1, Math.floor((Number(quota) * 60) / Number(seconds)))]
      : [];
  });
  return rates.length > 0 ? Math.min(...rates) : undefined;
}
