/** Loaded before the worker that is measured (node --import): tells whoever started it what it has used. */
export interface WorkerUsage {
  /** Processor time of all its threads since its start, in milliseconds. */
  cpuMs: number;
  /** Highest resident memory that was seen, looking every 100 ms. */
  peakRssBytes: number;
}

let peakRssBytes = 0;
// Not resourceUsage().maxRSS: on Linux that begins with the memory of whoever started the process.
setInterval(() => {
  peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
}, 100).unref();

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, peakRssBytes } satisfies WorkerUsage);
});
// Being asked is no reason to live.
process.channel?.unref();
