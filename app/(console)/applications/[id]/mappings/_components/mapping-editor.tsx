'use client';

import { useState } from 'react';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { SaveBar } from '@/components/patterns/save-bar';
import { Callout } from '@/components/ui/callout';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs';
import type { Mappings, MappingTable as Table } from '@/lib/applications/mapping-queries';
import { searchGroupOptions, searchPeopleOptions } from '../../../../users/_components/search-options';
import { labels } from './labels';
import { MappingTable } from './mapping-table';
import { PreviewPanel } from './preview-panel';
import { ResetMappings } from './reset-mappings';
import { SaveDialog } from './save-dialog';
import { useDrafts } from './use-drafts';
import { usePreview } from './use-preview';
import { useSaveMappings } from './use-save-mappings';

interface EditorProps {
  mappings: Mappings;
  firstPerson: ComboboxOption | undefined;
  readOnly: boolean;
}

/** The mapping tables of an application, users and groups, each with its preview. */
export function MappingEditor(props: EditorProps) {
  const { tables } = props.mappings;
  const [first, ...others] = tables;
  if (!first) return null;
  if (others.length === 0) return <TableEditor key={stateOf(first)} {...props} table={first} />;
  return (
    <Tabs defaultValue="user" className="grid gap-5">
      <TabsList>
        {tables.map((table) => (
          <TabsTrigger key={table.objectType} value={table.objectType}>
            {labels[table.objectType]}
          </TabsTrigger>
        ))}
      </TabsList>
      {tables.map((table) => (
        // Kept when the other tab is shown: what was typed must not be lost.
        <TabsContent
          key={table.objectType}
          value={table.objectType}
          forceMount
          className="data-[state=inactive]:hidden"
        >
          <TableEditor key={stateOf(table)} {...props} table={table} />
        </TabsContent>
      ))}
    </Tabs>
  );
}

/** Begins anew when what is stored has changed, and only then: the other table's drafts are not touched by a save. */
const stateOf = (table: Table) => JSON.stringify(table.mappings);

function TableEditor({ mappings, table, firstPerson, readOnly }: EditorProps & { table: Table }) {
  const { applicationId, displayLabel, valueNames, customAttributes, attributeLabels } = mappings;
  const named = customAttributes.map((name) => ({ name, label: attributeLabels[name] ?? '' }));
  const { objectType } = table;
  const drafts = useDrafts(table, customAttributes);
  const [subject, setSubject] = useState(objectType === 'user' ? firstPerson : undefined);
  const { preview, failed } = usePreview({
    applicationId,
    objectType,
    subjectId: subject?.value,
    mappings: drafts.rows,
  });
  const { rows, load } = drafts;
  const saved = table.mappings;
  const save = useSaveMappings({ applicationId, objectType, version: mappings.version, saved, rows, load });
  const errors = drafts.problems.filter((problem) => problem.severity === 'error');
  const mistakes = drafts.shown.filter((problem) => problem.severity === 'error').length;
  const unmapped = drafts.problems.filter((problem) => problem.mappingId === null);
  return (
    <form onSubmit={save.submit} noValidate>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_400px]">
        <div className="grid min-w-0 gap-4">
          <ConflictNotice conflict={save.conflict} />
          <FormError error={save.error} />
          {unmapped.map((problem) => (
            <Callout key={problem.message} kind="error" title={problem.message} />
          ))}
          <MappingTable
            label={labels[objectType]}
            table={table}
            drafts={drafts}
            preview={preview}
            valueNames={valueNames}
            valueHeader={`Value in ${displayLabel}`}
            customAttributes={named}
            readOnly={readOnly}
          />
          {!readOnly && (
            <ResetMappings
              applicationId={applicationId}
              objectType={objectType}
              version={mappings.version}
              templateName={mappings.templateName}
            />
          )}
        </div>
        <PreviewPanel
          appName={displayLabel}
          objectType={objectType}
          chosen={subject !== undefined}
          preview={preview}
          failed={failed}
          picker={
            <Field label={objectType === 'user' ? 'Person' : 'User group'}>
              <Combobox
                search={objectType === 'user' ? searchPeopleOptions : searchGroupOptions}
                value={subject}
                onChange={setSubject}
                placeholder={objectType === 'user' ? 'Choose a person' : 'Choose a user group'}
              />
            </Field>
          }
        />
      </div>
      <SaveBar
        dirty={drafts.dirty}
        pending={save.pending}
        disabled={errors.length > 0}
        note={
          mistakes > 0
            ? `${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'} to correct before saving`
            : errors.length > 0
              ? 'The new mapping is not filled in yet'
              : 'Saving looks at everyone in the application again'
        }
        onDiscard={() => {
          drafts.load(table.mappings);
          save.clearError();
        }}
      />
      {save.asking && (
        <SaveDialog
          applicationId={applicationId}
          rows={rows}
          pending={save.pending}
          onClose={save.asking.close}
          onSave={save.asking.save}
        />
      )}
    </form>
  );
}
