/** "1,248", or "1,000+" of what was counted no further. */
export function atLeast(count: number, exact = true): string {
  return `${count.toLocaleString('en')}${exact ? '' : '+'}`;
}
