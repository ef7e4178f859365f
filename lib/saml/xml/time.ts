/** xs:dateTime in UTC to the second, which every SP reads; some stumble over milliseconds. */
export function xmlTime(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
