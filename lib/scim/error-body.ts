import { isRecord } from '@/lib/scim/json';

/** What can be told of an error body, whatever a server made of it. */
export interface ErrorBody {
  /** What the server says, one line of at most 500 characters; empty when it says nothing. */
  detail: string;
  /** RFC 7644 §3.12. */
  scimType?: string;
  form: 'scim' | 'json' | 'html' | 'text' | 'empty';
}

const maxDetail = 500;
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:error';

/** Whether a body is a SCIM error message; some servers send one with status 200. */
export function isScimError(json: unknown): json is Record<string, unknown> {
  const schemas = isRecord(json) ? json.schemas : undefined;
  return Array.isArray(schemas) && schemas.some((schema) => String(schema).toLowerCase() === errorSchema);
}

/** Finds the sentence for people in SCIM 2.0 and 1.1 errors, OAuth errors, other JSON, HTML pages and plain text. */
export function readErrorBody(body: string, json: unknown): ErrorBody {
  if (body.trim() === '') return { detail: '', form: 'empty' };
  if (isRecord(json) || Array.isArray(json)) {
    const scimType = isRecord(json) && typeof json.scimType === 'string' ? json.scimType : undefined;
    return {
      detail: oneLine(detailOf(json)),
      form: isScimError(json) ? 'scim' : 'json',
      ...(scimType === undefined ? {} : { scimType }),
    };
  }
  if (looksLikeHtml(body)) return { detail: oneLine(textOfHtml(body.slice(0, 20_000))), form: 'html' };
  return { detail: oneLine(typeof json === 'string' ? json : body), form: 'text' };
}

export function looksLikeHtml(body: string): boolean {
  return /^\s*(<!--|<!doctype\s+html|<html|<head|<body|<title|<h1)/i.test(body.slice(0, 1_000));
}

function detailOf(json: unknown): string {
  if (typeof json === 'string') return json;
  if (Array.isArray(json)) return json.slice(0, 5).map(detailOf).filter(Boolean).join('; ');
  if (!isRecord(json)) return '';
  const keys = ['detail', 'error_description', 'description', 'message', 'errorMessage', 'reason', 'title'];
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return detailOf(json.Errors ?? json.errors ?? json.error ?? json.errorCode);
}

function textOfHtml(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.trim();
  const heading = /<h1[^>]*>([^<]*)/i.exec(html)?.[1]?.trim();
  if (title || heading) return decodeEntities(title || heading || '');
  const visible = html.replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*>/g, ' ');
  return decodeEntities(visible);
}

function decodeEntities(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', nbsp: ' ', amp: '&' };
  return text.replace(/&(lt|gt|quot|nbsp|amp);/g, (entity, name: string) => named[name] ?? entity);
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a server's control characters must not reach a log or screen
  const line = text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
  return line.length > maxDetail ? `${line.slice(0, maxDetail - 1)}…` : line;
}
