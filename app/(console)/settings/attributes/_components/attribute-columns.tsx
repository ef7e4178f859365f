import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import type { DataColumn } from '@/components/patterns/data-table';
import { IconButton } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import type { AttributeDefinition } from '@/lib/db/generated/client';
import { attributeTypeLabel } from './attribute-fields';

interface Handlers {
  onEdit: (row: AttributeDefinition) => void;
  onDelete: (row: AttributeDefinition) => void;
}

/** @param handlers none: whoever looks may not change them */
export function attributeColumns(handlers: Handlers | undefined): DataColumn<AttributeDefinition>[] {
  return [
    {
      id: 'label',
      header: 'Label',
      title: (row) => row.label || row.key,
      cell: (row) => <span className="font-medium">{row.label || row.key}</span>,
    },
    {
      id: 'key',
      header: 'Key',
      mono: true,
      width: '26%',
      hideBelow: 'sm',
      title: (row) => row.key,
      cell: (row) => row.key,
    },
    {
      id: 'description',
      header: 'Description',
      width: '34%',
      hideBelow: 'lg',
      title: (row) => row.description,
      cell: (row) => <span className="text-muted">{row.description}</span>,
    },
    {
      id: 'type',
      header: 'Type',
      width: '140px',
      cell: (row) => (
        <span className="flex items-center justify-between gap-2">
          {attributeTypeLabel(row.type)}
          {handlers && <RowMenu row={row} {...handlers} />}
        </span>
      ),
    },
  ];
}

function RowMenu({ row, onEdit, onDelete }: { row: AttributeDefinition } & Handlers) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <IconButton label={`Actions for attribute ${row.key}`} size="sm" className="text-muted">
          <Ellipsis aria-hidden />
        </IconButton>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuItem onSelect={() => onEdit(row)}>
          <Pencil aria-hidden />
          Edit…
        </DropdownMenuItem>
        <DropdownMenuItem danger onSelect={() => onDelete(row)}>
          <Trash2 aria-hidden />
          Delete…
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
