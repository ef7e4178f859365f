import { useState } from 'react';
import { type Filter, type FilterClause, type FilterOperator, operatorTakes } from '@/lib/filters/schema';

/** A clause as it is being edited; `key` tells rows apart while they move. */
export interface DraftClause extends FilterClause {
  key: number;
}
export interface DraftGroup {
  key: number;
  clauses: DraftClause[];
}

export interface FilterDrafts {
  groups: DraftGroup[];
  /** As it would be saved. */
  filter: Filter;
  change: (key: number, values: Partial<FilterClause>) => void;
  /** Behind the clauses of a group; without one, a group of its own. */
  add: (groupKey?: number) => void;
  remove: (key: number) => void;
  load: (filter: Filter) => void;
}

let made = 0;
const nextKey = () => {
  made += 1;
  return made;
};

const emptyClause = (): DraftClause => ({
  key: nextKey(),
  attribute: '',
  operator: 'EQUALS',
  value: '',
  values: [],
  caseSensitive: true,
  groupId: null,
});

const drafted = (filter: Filter): DraftGroup[] =>
  filter.map((group) => ({ key: nextKey(), clauses: group.map((clause) => ({ ...clause, key: nextKey() })) }));

/** A filter as it is being edited. */
export function useFilterDrafts(stored: Filter): FilterDrafts {
  const [groups, setGroups] = useState(() => drafted(stored));
  const edit = (change: (clauses: DraftClause[]) => DraftClause[]) =>
    setGroups((before) =>
      before.map((group) => ({ ...group, clauses: change(group.clauses) })).filter(({ clauses }) => clauses.length > 0),
    );
  return {
    groups,
    filter: groups.map(({ clauses }) => clauses.map(({ key: _key, ...clause }) => clause)),
    change: (key, values) =>
      edit((clauses) => clauses.map((clause) => (clause.key === key ? { ...clause, ...values } : clause))),
    add: (groupKey) =>
      setGroups((before) =>
        groupKey === undefined
          ? [...before, { key: nextKey(), clauses: [emptyClause()] }]
          : before.map((group) =>
              group.key === groupKey ? { ...group, clauses: [...group.clauses, emptyClause()] } : group,
            ),
      ),
    remove: (key) => edit((clauses) => clauses.filter((clause) => clause.key !== key)),
    load: (filter) => setGroups(drafted(filter)),
  };
}

/** What another operator takes is typed anew; what it does not take is forgotten, so that nothing unseen is saved. */
export function withOperator(clause: FilterClause, operator: FilterOperator): Partial<FilterClause> {
  const takes = operatorTakes[operator];
  return {
    operator,
    value: takes === 'value' ? clause.value : '',
    values: takes === 'values' ? clause.values : [],
    groupId: takes === 'group' ? clause.groupId : null,
  };
}
