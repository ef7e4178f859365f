import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { operations } from '@/lib/api/operations';
import { cases } from '@/lib/api/testing/cases';

const root = dirname(import.meta.dirname);
const domain = [
  'installation',
  'events',
  'tokens',
  'webhooks',
  'directory',
  'inbound',
  'applications',
  'provisioning',
  'imports',
  'sso',
  'moves',
  'batches',
];

/** Commands that are no operation of the API, each with its reason; no others are left undeclared. */
const commandsWithout: Record<string, string> = {
  changePassword: "one's own, with the present one: tokens have none",
  resetPassword: 'the way back in on the machine; issueActivationLink and revokeAllSessions are its parts',
  requestAccess: "one's own, and whoever gives access assigns: assignUser",
  updateUser: 'updatePerson of lib/sso is, which knows what follows for sign-ins',
  deleteApplications: 'what was selected in a list, all or nothing; deleteApplication is, for each',
  makeAdministrator: 'the way back in on the machine; updateUser gives the role',
};

/** Server actions that are no operation of the API, each with its reason. */
const actionsWithout: Record<string, string> = {
  signOutAction: 'ends the session of a browser',
  activateAction: 'the one-time link is the permission, and a person types the password',
  requestPasswordLinkAction: 'for whoever cannot sign in; issueActivationLink does it for anybody',
  changeOwnPasswordAction: "one's own: a token is nobody",
  deleteApplicationsAction: 'what was selected in a list; deleteApplication does it for each',
  requestAccessAction: "one's own: a token is nobody",
  startTrialAction: 'a sign-in of the browser that looks at it; testSignIn shows what it would be',
  revokeOwnSessionAction: "one's own; revokeSession does it for anybody",
  revokeOtherSessionsAction: "one's own; revokeAllSessions does it for anybody",
};

function read(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

function filesBelow(folder: string, wanted: (path: string) => boolean): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter(wanted)
    .sort();
}

/** Functions of the domain that a file imports as values, by their own names. */
function importsFromDomain(file: ts.SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const folder = /^@\/lib\/(\w+)\//.exec(statement.moduleSpecifier.text)?.[1];
    const bindings = statement.importClause?.namedBindings;
    if (!folder || !domain.includes(folder) || statement.importClause?.isTypeOnly || !bindings) continue;
    if (!ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) {
      if (!element.isTypeOnly) found.set(element.name.text, (element.propertyName ?? element.name).text);
    }
  }
  return found;
}

/** What is called inside a node, by name. */
function callsWithin(node: ts.Node): Set<string> {
  const called = new Set<string>();
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner) && ts.isIdentifier(inner.expression)) {
      called.add(inner.expression.text);
      // A declared command is handed over to become an operation, or an action.
      const [command] = inner.arguments;
      const isHandedOver = /^to(Action|Operation)$/.test(inner.expression.text);
      if (isHandedOver && command && ts.isIdentifier(command)) called.add(command.text);
    }
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return called;
}

/** Domain functions that operations call. */
function calledByOperations(): Set<string> {
  const called = new Set<string>();
  for (const path of filesBelow('lib/api/operations', (name) => name.endsWith('.ts') && !/\/test-/.test(name))) {
    const file = read(path);
    const imported = importsFromDomain(file);
    for (const name of callsWithin(file)) {
      const own = imported.get(name);
      if (own) called.add(own);
    }
  }
  return called;
}

/** Commands of the domain: those that are declared, and exported functions that do something for an actor, who comes first. */
function commands(): { declared: string[]; functions: string[] } {
  const sources = domain.flatMap((folder) =>
    filesBelow(join('lib', folder), (path) => path.endsWith('.ts') && !/\.test\.|\/test|\/internal\//.test(path)),
  );
  const statements = sources.flatMap((path) => [...read(path).statements]);
  const functions = statements
    .filter(ts.isFunctionDeclaration)
    .filter((statement) => statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .filter((statement) => statement.parameters[0]?.type?.getText() === 'Actor')
    .filter((statement) => statement.type?.getText().startsWith('Promise'))
    .map((statement) => statement.name?.text ?? '');
  return { declared: statements.filter(ts.isVariableStatement).flatMap(declaredBy), functions };
}

/** The commands that a statement declares. */
function declaredBy(statement: ts.VariableStatement): string[] {
  return statement.declarationList.declarations
    .filter(({ initializer }) => /^(define|declare)Command\(/.test(initializer?.getText() ?? ''))
    .map(({ name }) => name.getText());
}

/** Every server action with the domain functions that it calls. */
function actions(): { name: string; calls: string[] }[] {
  const paths = filesBelow('app', (path) => path.endsWith('.ts') || path.endsWith('.tsx'));
  return paths.map(read).flatMap((file) => {
    if (!/^\s*['"]use server['"]/.test(file.text)) return [];
    const imported = importsFromDomain(file);
    return file.statements.flatMap((statement) => {
      if (!ts.canHaveModifiers(statement)) return [];
      const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (!isExported) return [];
      const calls = [...callsWithin(statement)].flatMap((name) => imported.get(name) ?? []);
      return namesOf(statement).map((name) => ({ name, calls }));
    });
  });
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? ''];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
}

test('every command of the domain is declared, and an operation of the API', () => {
  const called = calledByOperations();
  const { declared, functions } = commands();
  // A search that finds nothing would be content with anything.
  expect(declared).toEqual(
    expect.arrayContaining(['createUser', 'createGroup', 'activateIntegration', 'startImport', 'updateSso']),
  );
  expect(declared.filter((name) => !called.has(name))).toEqual([]);
  expect(functions.toSorted()).toEqual(Object.keys(commandsWithout).toSorted());
  expect(functions.filter((name) => called.has(name))).toEqual([]);
});

test('what a server action does, an operation of the API does', () => {
  const called = calledByOperations();
  const all = actions();
  expect(all.length).toBeGreaterThan(40);
  const missing = all.filter(({ name }) => !(name in actionsWithout));
  expect(missing.filter(({ calls }) => calls.length === 0 || calls.some((call) => !called.has(call)))).toEqual([]);
  expect(Object.keys(actionsWithout).filter((name) => !all.some((action) => action.name === name))).toEqual([]);
});

test('every operation has a test', () => {
  expect(operations.map((operation) => operation.id).filter((id) => !(id in cases))).toEqual([]);
});
