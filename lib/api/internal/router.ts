import type { Operation } from '../operation';

interface Route {
  pattern: RegExp;
  names: string[];
  literals: number;
  byMethod: Map<string, Operation>;
}

export type Match =
  | { kind: 'found'; operation: Operation; params: Record<string, string> }
  | { kind: 'method'; allowed: string[] }
  | { kind: 'none' };

/** Finds the operation for a method and a path below /api/v1. Literal segments win over parameters. */
export function createRouter(operations: readonly Operation[]): (method: string, path: string) => Match {
  const routes = new Map<string, Route>();
  for (const operation of operations) {
    for (const path of [operation.path, ...(operation.earlierPath ? [operation.earlierPath] : [])]) {
      const route = routes.get(path) ?? toRoute(path);
      route.byMethod.set(operation.method, operation);
      routes.set(path, route);
    }
  }
  const ordered = [...routes.values()].sort((one, other) => other.literals - one.literals);
  return (method, path) => {
    const allowed: string[] = [];
    for (const route of ordered) {
      const found = route.pattern.exec(path);
      if (!found) continue;
      const operation = route.byMethod.get(method);
      if (operation) return { kind: 'found', operation, params: toParams(route.names, found) };
      allowed.push(...route.byMethod.keys());
    }
    return allowed.length > 0 ? { kind: 'method', allowed: [...new Set(allowed)].sort() } : { kind: 'none' };
  };
}

function toRoute(path: string): Route {
  const names: string[] = [];
  const parts = path.split('/').slice(1);
  const source = parts.map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (!name) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(name);
    return '([^/]+)';
  });
  return {
    pattern: new RegExp(`^/${source.join('/')}$`),
    names,
    literals: parts.length - names.length,
    byMethod: new Map(),
  };
}

function toParams(names: readonly string[], found: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, decode(found[index + 1] ?? '')]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
