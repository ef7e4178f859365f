import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '@/lib/core/errors';
import { howToFix } from '@/lib/provisioning/how-to-fix';
import { samlErrorReasons } from '@/lib/saml/error';

const root = dirname(import.meta.dirname);

/** Sections of third level: one per code. */
const sections = [...read('docs/errors.md').matchAll(/^### (\S+)$/gm)].map((found) => found[1] ?? '');

/** SAML statuses that a response refuses with; the event carries their last part. */
const statusPattern = /\bstatusCodes\.(\w+)/g;

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !path.includes('.test.') && !path.includes('generated'));
}

/** Codes as provisioning and mapping write them: no table holds them, so the sources are asked. */
function writtenCodes(): string[] {
  const text = sourcesOf('lib').map(read).join('\n');
  const codes = [...text.matchAll(/\bcode: '([A-Z]\w+)'|\bfail\(\w+, '([A-Z]\w+)'/g)];
  return [...new Set(codes.map((found) => found[1] ?? found[2] ?? ''))];
}

/** The second-level statuses of lib/saml and lib/sso, as the event names them. */
function writtenStatuses(): string[] {
  const declared = read('lib/saml/schema.ts');
  const used = [...sourcesOf('lib/saml'), ...sourcesOf('lib/sso')].flatMap((path) => [
    ...read(path).matchAll(statusPattern),
  ]);
  const top = ['success', 'requester', 'responder'];
  const names = new Set(used.map((found) => found[1] ?? '').filter((name) => !top.includes(name)));
  return [...names].map((name) => new RegExp(`${name}: 'urn:[^']*:(\\w+)'`).exec(declared)?.[1] ?? name);
}

function allCodes(): string[] {
  const written = [...writtenCodes(), ...writtenStatuses()];
  return [...errorCodes, ...Object.keys(samlErrorReasons), ...Object.keys(howToFix), ...written];
}

test('every code that the product answers with has a section that says what to do', () => {
  const codes = allCodes();
  // A search that finds nothing would be content with anything.
  expect(codes).toEqual(expect.arrayContaining(['InvalidCredentials', 'MemberRefused', 'NoPassive']));
  expect(codes.filter((code) => !sections.includes(code))).toEqual([]);
});

test('no section is about a code that is gone', () => {
  const codes = allCodes();
  expect(sections.filter((section) => !codes.includes(section))).toEqual([]);
});

test('what a section says is to be done is what the console says beside the cause', () => {
  const told = read('docs/errors.md')
    .split(/^### /m)
    .flatMap((section) => {
      const [, code = '', advice = ''] = /^(\w+)\n[\s\S]*^\*To do:\* (.+)$/m.exec(section) ?? [];
      return code ? [[code, advice] as const] : [];
    });
  expect(Object.fromEntries(told)).toEqual(howToFix);
});

test('every link and every file that the documents name is there, pictures aside', () => {
  const documents = ['README.md', ...sourcesBelow('docs')].filter((path) => existsSync(join(root, path)));
  const missing = documents.flatMap((document) => missingTargets(document, read(document)));
  expect(missing).toEqual([]);
});

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path));
}

function missingTargets(document: string, text: string): string[] {
  const links = [...text.matchAll(/(?<!!)\[[^\]]*\]\((?!https?:)([^)\s]+)\)/g)].map((found) => found[1] ?? '');
  const broken = links.filter((link) => !linkHolds(document, link));
  const code = [...text.matchAll(/`((?:app|bench|components|docs|lib|prisma|sandbox|scripts)\/[^`\s*<>{}…]+)`/g)];
  const gone = code.map((found) => found[1] ?? '').filter((path) => !existsSync(join(root, path)));
  return [...broken, ...gone].map((target) => `${document}: ${target}`);
}

function linkHolds(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : relative(root, join(root, dirname(document), path));
  if (!existsSync(join(root, target))) return false;
  if (anchor === undefined) return true;
  return [...read(target).matchAll(/^#+ (.+)$/gm)].some((heading) => slug(heading[1] ?? '') === anchor);
}

/** The anchor that a heading gets. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
