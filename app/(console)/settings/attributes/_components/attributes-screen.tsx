'use client';

import { Plus, Tags } from 'lucide-react';
import { useState } from 'react';
import { DataTable } from '@/components/patterns/data-table';
import { ListPage } from '@/components/patterns/list-page';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { AttributeDefinition } from '@/lib/db/generated/client';
import { attributeColumns } from './attribute-columns';
import { DeleteAttribute } from './delete-attribute';
import { EditAttribute } from './edit-attribute';
import { NewAttribute } from './new-attribute';

/** The list with what can be done to its rows. The dialogs live here, so that a list that changes keeps them. */
export function AttributesScreen({ rows, writable }: { rows: readonly AttributeDefinition[]; writable: boolean }) {
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<AttributeDefinition>();
  const [deleting, setDeleting] = useState<AttributeDefinition>();
  const create = writable && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New attribute
    </Button>
  );
  return (
    <ListPage
      title="Attributes"
      description="What people have beside the properties that everybody has. Mappings, filters, rules and SSO settings name an attribute by its key."
      actions={rows.length > 0 && create}
    >
      <DataTable
        label="Attributes"
        columns={attributeColumns(writable ? { onEdit: setEditing, onDelete: setDeleting } : undefined)}
        page={{ items: rows, total: rows.length }}
        rowId={(row) => row.id}
        rowLabel={(row) => row.label || row.key}
        noun={['attribute', 'attributes']}
        empty={
          <EmptyState icon={Tags} title="No attributes yet" action={create}>
            A shift, a badge number, the end of a contract: define it here, and the form of a person offers it. The
            first value that somebody is given by a file, the API or a source defines one too.
          </EmptyState>
        }
      />
      <NewAttribute open={creating} onOpenChange={setCreating} />
      <EditAttribute attribute={editing} onClose={() => setEditing(undefined)} />
      <DeleteAttribute attribute={deleting} onClose={() => setDeleting(undefined)} />
    </ListPage>
  );
}
