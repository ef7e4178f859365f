import { SamlError } from '@/lib/saml/error';

/** Characters of a form that carries a message and a RelayState; honest ones have some thousand. */
const maxFormCharacters = 262_144;

/** @throws SamlError `too_large` */
export function readForm(text: string): URLSearchParams {
  if (text.length > maxFormCharacters) throw new SamlError('too_large');
  return new URLSearchParams(text);
}

/** A field that may be there once. @throws SamlError `parameter_repeated` */
export function single(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw new SamlError('parameter_repeated');
  return values[0];
}
