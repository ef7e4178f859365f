/** Milliseconds that this process has had a processor: unlike time, they do not pass while others are at work. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
