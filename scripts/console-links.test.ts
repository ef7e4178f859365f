import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { links } from '@/lib/core/links';

const root = dirname(import.meta.dirname);

/** What the address of every page looks like, groups of routes left out: "/applications/[id]/sso". */
const pages = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /^\((console|portal|auth)\)/.test(path) && path.endsWith('page.tsx'))
  .map((path) => `/${dirname(path).replaceAll(/\([^)]*\)\/?/g, '')}`.replace(/(.)\/$/, '$1'));

/** First parts of the console's addresses; how somebody signs in is not part of it. */
const sections = new Set(pages.map((page) => page.split('/')[1] ?? '').filter((name) => name !== ''));
for (const name of ['sign-in', 'activate', 'forgot-password', 'change-password', 'signed-out']) sections.delete(name);

/** Where a path that begins like one of the console is something else. */
const others = /^lib\/api\/|^app\/api\/|^lib\/web\/rules\.ts$|^lib\/db\/generated\//;

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|\/testing\//.test(path) && !others.test(path));
}

/** Literals that begin like an address of the console, and those that begin a query of the page they stand on. */
function literalPaths(path: string, text: string): string[] {
  // Most sources have nothing that could be one: they need not be parsed.
  if (!/['"`](\/[a-z]|\?[a-z]+=)/.test(text)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || node.kind === ts.SyntaxKind.TemplateHead) {
      const { text: value } = node as ts.LiteralLikeNode;
      const section = /^\/([^/?#]*)/.exec(value)?.[1];
      if ((section && sections.has(section)) || /^\?[a-z]+=/.test(value)) {
        found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${value}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('addresses of the console are written in one place', () => {
  const wrong = ['const a = `/users/$', '{id}`; const b = <a href="?state=failed" />;'].join('');
  expect(literalPaths('x.tsx', wrong)).toHaveLength(2);
  const sources = ['app', 'components', 'lib'].flatMap(sourcesBelow).filter((path) => path !== 'lib/core/links.ts');
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.flatMap((path) => literalPaths(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

/** Every link there is, with ids that stand for any. */
function allLinks(): string[] {
  const { application, ...others } = links;
  const { tab, ...tabs } = application('1');
  const all: Record<string, (...ids: string[]) => string> = { ...others, ...tabs } as never;
  return [...Object.values(all).map((link) => link('1', '2').split('?')[0] ?? ''), tab('mappings'), tab('events')];
}

test('every link leads to a page that is there', () => {
  const patterns = pages.map((page) => new RegExp(`^${page.replaceAll(/\[[^\]]+\]/g, '[^/]+')}$`));
  expect(allLinks().filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
});

test('a query is written as the pages parse it: lists by commas, nothing for what is empty', () => {
  expect(links.application('7').assignments({ state: ['error', 'conflict'], q: '' })).toBe(
    '/applications/7/assignments?state=error,conflict',
  );
  expect(links.events({ q: 'Ana & Co' })).toBe('/events?q=Ana+%26+Co');
  expect(links.events({})).toBe('/events');
});
