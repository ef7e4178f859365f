import { Prisma } from '@/lib/db/generated/client';
import { containing } from '@/lib/db/search';
import type { ImportFilter, ImportSelection } from '../schema';

const searched = Prisma.sql`lower(concat_ws(' ', r.user_name, r.email, r.display_name, r.firstname, r.lastname))`;

/** SQL: the account has a person: it was linked before, or this import has done so. */
const imported = Prisma.sql`(r.match = 'imported' OR r.state = 'done')`;

/** SQL over `import_rows r`: the rows of an import that a filter matches; all words are wanted, in any property. */
export function filteredRows(importId: string, filter: ImportFilter): Prisma.Sql {
  const clauses = [Prisma.sql`r.import_id = ${importId}::uuid`, ...containing(searched, filter.q)];
  if (filter.status === 'new') clauses.push(Prisma.sql`NOT ${imported}`);
  if (filter.status === 'imported') clauses.push(imported);
  if (filter.match && filter.match.length > 0) {
    clauses.push(Prisma.sql`r.match::text = ANY (${filter.match}::text[])`);
  }
  if (filter.decision && filter.decision.length > 0) {
    clauses.push(
      Prisma.sql`r.match <> 'imported' AND COALESCE(r.decision::text, 'undecided') = ANY (${filter.decision}::text[])`,
    );
  }
  if (filter.confirmed) clauses.push(Prisma.sql`r.state <> 'listed'`);
  if (filter.state) clauses.push(Prisma.sql`r.state = ${filter.state}::import_row_state`);
  return Prisma.join(clauses, ' AND ');
}

/** SQL over `import_rows r`: the rows that were selected. */
export function selectedRows(importId: string, selection: ImportSelection): Prisma.Sql {
  if ('matching' in selection) return filteredRows(importId, selection.matching);
  return Prisma.sql`r.import_id = ${importId}::uuid AND r.remote_id = ANY (${selection.remoteIds}::text[])`;
}

/** SQL over `import_rows r`: what is selected, and what is to be done with it is decided. */
export function confirmableRows(importId: string, selection: ImportSelection): Prisma.Sql {
  return Prisma.sql`${selectedRows(importId, selection)}
    AND r.state = 'listed' AND r.match <> 'imported' AND r.decision IN ('create', 'link')`;
}

/** SQL over `import_rows r`: it is to be linked to this person. */
export function isLinkTo(personId: string | null): Prisma.Sql {
  return personId === null ? Prisma.sql`false` : Prisma.sql`(r.decision = 'link' AND r.user_id = ${personId}::uuid)`;
}
