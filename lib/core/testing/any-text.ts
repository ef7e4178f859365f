import fc from 'fast-check';

/** Any text whatever: every unit of UTF-16, halves of surrogate pairs and NUL among them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
);

type Edit = { at: number; many: number; put: string; kind: 'cut' | 'put' | 'double' };

/** A text as somebody mistypes it: some stretches are left out, put in, or written twice. */
export function mistyped(texts: fc.Arbitrary<string>, pieces: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.nat(10_000),
    many: fc.integer({ min: 1, max: 8 }),
    put: fc.oneof(pieces, pieces, anyText),
    kind: fc.constantFrom('cut', 'put', 'double'),
  });
  return fc
    .tuple(texts, fc.array(edit, { maxLength: 4 }))
    .map(([text, edits]) => edits.reduce((so, { at, many, put, kind }) => edited(so, at, many, put, kind), text));
}

function edited(text: string, at: number, many: number, put: string, kind: Edit['kind']): string {
  const place = at % (text.length + 1);
  const [before, stretch, after] = [text.slice(0, place), text.slice(place, place + many), text.slice(place + many)];
  if (kind === 'cut') return before + after;
  return kind === 'put' ? before + put + stretch + after : before + stretch + stretch + after;
}
