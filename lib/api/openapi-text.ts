import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { openApiDocument } from './openapi';

interface Written {
  json: string;
  gzipped: Promise<Buffer>;
}

const made = new Map<string, Written>();

/**
 * The description of the API as it goes over the wire, written and compressed once: anybody may ask for it, and a quarter of
 * a megabyte took ten milliseconds of the process each time.
 */
export function openApiText(origin: string): Written {
  const known = made.get(origin) ?? write(origin);
  made.set(origin, known);
  return known;
}

function write(origin: string): Written {
  const json = JSON.stringify(openApiDocument(origin));
  return { json, gzipped: promisify(gzip)(json) };
}
