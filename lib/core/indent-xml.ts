/** Most that is put in lines; what is longer stays as it is. */
const most = 200_000;

/**
 * XML with a line for each element, for people to read: not to be parsed or verified again. Text that is no XML stays as it is.
 * Elements that hold nothing but text stay in one line.
 */
export function indentXml(xml: string): string {
  if (xml.length > most || !xml.trimStart().startsWith('<')) return xml;
  const tokens = xml.match(/<[^>]*>|[^<]+/g) ?? [];
  if (tokens.join('') !== xml) return xml;
  const lines: string[] = [];
  let depth = 0;
  let text = false;
  let opened = false;
  for (const token of tokens) {
    if (!token.startsWith('<')) {
      text = token.trim() !== '';
      if (text) lines.push(`${lines.pop() ?? ''}${token}`);
      continue;
    }
    const isEnd = token.startsWith('</');
    if (isEnd) depth = Math.max(0, depth - 1);
    const isEmptyElement =
      isEnd &&
      lines
        .at(-1)
        ?.trimStart()
        .startsWith(`<${token.slice(2, -1)}`);
    if (isEnd && (text || isEmptyElement)) lines.push(`${lines.pop() ?? ''}${token}`);
    else lines.push(`${'  '.repeat(Math.min(depth, 40))}${token}`);
    opened = !isEnd && !token.endsWith('/>') && !/^<[?!]/.test(token);
    if (opened) depth += 1;
    text = false;
  }
  return lines.join('\n');
}
