'use client';

import { ArrowDown, ArrowUp, ChevronRight, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { InSight } from '@/components/patterns/in-sight';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { ToneIcon } from '@/components/ui/status';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { MappingTable as Mappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import type { MappingProblem } from '@/lib/mappings/check-mapping';
import { directName } from '@/lib/mappings/map';
import { type CustomAttribute, findProperty } from '@/lib/mappings/source';
import { valueAt } from '@/lib/mappings/target';
import type { MappingPreview } from '@/lib/provisioning/plan/preview-mapping';
import { MappingFields } from './mapping-fields';
import { shownValue } from './shown-value';
import type { Drafts } from './use-drafts';

interface TableProps {
  label: string;
  table: Mappings;
  drafts: Drafts;
  preview: MappingPreview | undefined;
  /** What the application's own screens call an attribute. */
  valueNames: Readonly<Record<string, string>>;
  valueHeader: string;
  customAttributes: readonly CustomAttribute[];
  readOnly: boolean;
}

/** Source → SCIM attribute → application value; a row opens in place. */
export function MappingTable(props: TableProps) {
  const { label, drafts, readOnly } = props;
  const [open, setOpen] = useState<string>();
  return (
    <div className="grid gap-3">
      <Table label={label} className="table-fixed md:min-w-[680px]">
        <TableHead>
          <TableRow>
            <Th className="w-[36%] md:w-[27%]">Latchkey property</Th>
            <Th className="w-[19%] max-md:hidden">UI field</Th>
            <Th className="w-[32%] md:w-[27%]">SCIM attribute</Th>
            <Th>{props.valueHeader}</Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {drafts.rows.map((row, index) => (
            <MappingRow
              key={row.id}
              {...props}
              row={row}
              place={{ first: index === 0, last: index === drafts.rows.length - 1 }}
              open={open === row.id}
              onToggle={() => {
                drafts.leave();
                setOpen(open === row.id ? undefined : row.id);
              }}
            />
          ))}
        </TableBody>
      </Table>
      {!readOnly && (
        <Button className="w-fit" onClick={() => setOpen(drafts.add())}>
          <Plus aria-hidden /> Add mapping
        </Button>
      )}
    </div>
  );
}

function MappingRow(
  props: TableProps & {
    row: MappingDraft;
    place: { first: boolean; last: boolean };
    open: boolean;
    onToggle: () => void;
  },
) {
  const { row, table, drafts, preview, valueNames, customAttributes, open, onToggle, readOnly, place } = props;
  const problems = drafts.shown.filter((problem) => problem.mappingId === row.id);
  const source = sourceWords(row, table.objectType, customAttributes);
  const value = preview && valueAt(preview.values, row.target);
  return (
    <>
      <TableRow className={cn('cursor-pointer hover:bg-hover', open && 'bg-subtle')} onClick={onToggle}>
        <Td className="max-w-0">
          <button
            type="button"
            aria-expanded={open}
            className="flex w-full min-w-0 items-center gap-1.5 rounded-sm text-left font-medium"
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <ChevronRight
              aria-hidden
              className={cn('size-4 shrink-0 text-muted transition-transform', open && 'rotate-90')}
            />
            <span className={cn('truncate', row.kind === 'expression' && 'font-mono text-xs')} title={source.name}>
              {source.name}
            </span>
            <RowMark problems={problems} />
          </button>
        </Td>
        <Td className="text-muted max-md:hidden">{source.label}</Td>
        <Td>
          <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5">
            <span className="truncate font-mono text-xs" title={row.target}>
              {shortTarget(row.target) || '–'}
            </span>
            {row.apply === 'creation' && <Badge icon={false}>At creation</Badge>}
            {row.matchingPrecedence !== null && <Badge icon={false}>Match {row.matchingPrecedence}</Badge>}
          </span>
        </Td>
        <Td>
          <span className="grid min-w-0">
            <span className="truncate text-muted text-xs">{valueAt(valueNames, row.target) ?? ' '}</span>
            <span className="truncate font-mono text-xs" title={shownValue(value)}>
              {value === undefined ? <span className="font-sans text-muted">no value</span> : shownValue(value)}
            </span>
          </span>
        </Td>
      </TableRow>
      {open && (
        <tr>
          <td colSpan={4} className="border-line border-b bg-subtle/50 p-4">
            <InSight className="@container grid gap-4">
              <MappingFields
                row={row}
                objectType={table.objectType}
                attributes={table.attributes}
                customAttributes={customAttributes}
                problems={problems}
                onChange={(values) => drafts.change(row.id, values)}
                readOnly={readOnly}
              />
              {!readOnly && <RowActions drafts={drafts} id={row.id} place={place} />}
            </InSight>
          </td>
        </tr>
      )}
    </>
  );
}

function RowActions({ drafts, id, place }: { drafts: Drafts; id: string; place: { first: boolean; last: boolean } }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" disabled={place.first} onClick={() => drafts.move(id, -1)}>
        <ArrowUp aria-hidden /> Move up
      </Button>
      <Button size="sm" disabled={place.last} onClick={() => drafts.move(id, 1)}>
        <ArrowDown aria-hidden /> Move down
      </Button>
      <Button size="sm" variant="danger-quiet" className="ml-auto" onClick={() => drafts.remove(id)}>
        <Trash2 aria-hidden /> Remove mapping
      </Button>
    </div>
  );
}

function RowMark({ problems }: { problems: readonly MappingProblem[] }) {
  const [first] = problems;
  if (!first) return null;
  const error = problems.some((problem) => problem.severity === 'error');
  return (
    <span title={first.message} className="ml-auto">
      <ToneIcon tone={error ? 'error' : 'attention'} className="size-3.5" />
      <span className="sr-only">{first.message}</span>
    </span>
  );
}

function sourceWords(row: MappingDraft, objectType: Mappings['objectType'], custom: readonly CustomAttribute[]) {
  if (row.kind === 'constant') return { name: `"${row.source}"`, label: 'Constant' };
  if (row.kind === 'expression') return { name: row.source || 'No expression yet', label: 'Expression' };
  const property = findProperty(objectType, directName(row.source), custom);
  // What is sent is the name in this application, which may have been typed for one person under Assignments.
  const label = property?.name === 'username' ? 'Application Username' : property?.label;
  return { name: row.source || 'No property yet', label: label ?? '' };
}

/** The last part of an extension's URN says enough in a narrow column; the whole path is its title. */
function shortTarget(target: string): string {
  return target.startsWith('urn:') ? `…${target.slice(target.lastIndexOf(':') + 1)}` : target;
}
