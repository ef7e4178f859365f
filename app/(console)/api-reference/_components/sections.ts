import type { OpenApiDocument } from '@/lib/api/openapi';
import type { ListedOperation } from './operation-section';
import type { IndexGroup } from './reference-index';

export interface Section {
  id: string;
  title: string;
  description: string;
  operations: ListedOperation[];
}

/** The document by its tags, in its order; a tag without operations is left out. */
export function sectionsOf(document: OpenApiDocument): Section[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return document.tags
    .map(({ name, description }) => ({
      id: `section-${name.toLowerCase().replaceAll(' ', '-')}`,
      title: name,
      description,
      operations: all.filter(({ operation }) => operation.tags.includes(name)),
    }))
    .filter(({ operations }) => operations.length > 0);
}

/** What stands beside: sections with their operations, and what comes before and after them. */
export function indexOf(sections: readonly Section[]): IndexGroup[] {
  return [
    { id: 'begin', title: 'How to begin', items: [] },
    ...sections.map(({ id, title, operations }) => ({
      id,
      title,
      items: operations.map(({ method, path, operation }) => ({
        ...{ id: operation.operationId, method, path },
        title: operation.summary,
      })),
    })),
    { id: 'schemas', title: 'Schemas', items: [] },
    { id: 'problems', title: 'Errors', items: [] },
  ];
}

/** The points of the document's introduction: "**Tokens** are created …". */
export function pointsOf(description: string): { term: string; text: string }[] {
  return [...description.matchAll(/^- \*\*(.+?)\*\*(.*)$/gm)].map(([, term = '', text = '']) => ({ term, text }));
}
