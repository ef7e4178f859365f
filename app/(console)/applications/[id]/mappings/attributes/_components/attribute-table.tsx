'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { ListedAttribute } from '@/lib/mappings/schema';
import { AttributeDialog } from './attribute-dialog';
import { mutabilityWords, originWords, typeWords } from './attribute-words';
import type { AttributeList } from './list';
import { RemoveAttribute } from './remove-attribute';

/** Every attribute of one list; those that administrators added can be changed and removed. */
export function AttributeTable({ label, list, readOnly }: { label: string; list: AttributeList; readOnly: boolean }) {
  const [edited, setEdited] = useState<{ path?: string }>();
  return (
    <div className="grid gap-3">
      <Table label={label}>
        <TableHead>
          <TableRow>
            <Th>SCIM attribute</Th>
            <Th>Type</Th>
            <Th className="max-md:hidden">Multi-valued</Th>
            <Th className="max-md:hidden">Required</Th>
            <Th className="max-md:hidden">Values</Th>
            <Th className="max-md:hidden">Case-sensitive</Th>
            <Th className="max-md:hidden">Mutability</Th>
            <Th>Origin</Th>
            {!readOnly && (
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {list.attributes.map((attribute) => (
            <TableRow key={attribute.path}>
              <AttributeCells attribute={attribute} />
              {!readOnly && (
                <Td className="whitespace-nowrap text-right">
                  {attribute.origin === 'administrator' && (
                    <span className="inline-flex gap-1 max-md:grid">
                      <Button
                        size="sm"
                        variant="ghost"
                        aria-label={`Change ${attribute.path}`}
                        onClick={() => setEdited({ path: attribute.path })}
                      >
                        Change
                      </Button>
                      <RemoveAttribute list={list} path={attribute.path} />
                    </span>
                  )}
                </Td>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {!readOnly && (
        <>
          <Button className="w-fit" onClick={() => setEdited({})}>
            <Plus aria-hidden /> Add attribute
          </Button>
          <AttributeDialog
            list={list}
            open={edited !== undefined}
            path={edited?.path}
            onClose={() => setEdited(undefined)}
          />
        </>
      )}
    </div>
  );
}

function AttributeCells({ attribute }: { attribute: ListedAttribute }) {
  const { path, type, multiValued, required, canonicalValues = [], caseSensitive, mutability, origin } = attribute;
  const traits = [
    multiValued && 'multi-valued',
    required && 'required',
    mutability !== 'readWrite' && mutabilityWords[mutability].label.toLowerCase(),
  ];
  const told = traits.filter(Boolean).join(', ');
  return (
    <>
      <Td className="min-w-40 break-all font-mono text-xs leading-5">{path}</Td>
      <Td>
        {typeWords[type]}
        {told && <span className="block text-muted text-xs md:hidden">{told}</span>}
      </Td>
      <Td className="max-md:hidden">
        <YesNo value={multiValued} />
      </Td>
      <Td className="max-md:hidden">
        <YesNo value={required} />
      </Td>
      <Td className="max-w-56 max-md:hidden">
        {canonicalValues.length > 0 ? (
          <span className="line-clamp-2 break-words font-mono text-xs" title={canonicalValues.join(', ')}>
            {canonicalValues.join(', ')}
          </span>
        ) : (
          <span className="text-muted">Any</span>
        )}
      </Td>
      <Td className="max-md:hidden">
        <YesNo value={caseSensitive} />
      </Td>
      <Td className="whitespace-nowrap max-md:hidden" title={mutabilityWords[mutability].help}>
        {mutabilityWords[mutability].label}
      </Td>
      <Td>
        {origin === 'administrator' ? (
          <Badge icon={false}>{originWords[origin]}</Badge>
        ) : (
          <span className="text-muted">{originWords[origin]}</span>
        )}
      </Td>
    </>
  );
}

function YesNo({ value }: { value: boolean }) {
  return value ? 'Yes' : <span className="text-muted">No</span>;
}
