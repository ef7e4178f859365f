/** Markup that is safe to put into a page as it is. */
export class Html {
  constructor(readonly markup: string) {}
  toString(): string {
    return this.markup;
  }
}

type Part = Html | string | number | boolean | undefined | null | Part[];

/** A template whose values are escaped, unless they are `Html` themselves. False, null and undefined print nothing. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.reduce((all, string, i) => all + string + (i < values.length ? print(values[i]) : ''), ''));
}

function print(value: Part): string {
  if (value === undefined || value === null || value === false || value === true) return '';
  if (Array.isArray(value)) return value.map(print).join('');
  if (value instanceof Html) return value.markup;
  return escapeHtml(String(value));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
