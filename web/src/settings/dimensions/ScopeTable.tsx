import { Checkbox, Select, Skeleton, Table, TreeSelect } from 'antd';
import type { ReactNode } from 'react';
import {
  useDepartments, useDimensionNodes, useRoleNodes, useRoleScopes, type Dimension, type Role, type RoleNode, type RoleScope, type Scope,
} from '@/api/dimensions';
import { useModel } from '@/api/metadata';
import { createRecord, deleteRecord, updateRecord, useDataChanged } from '@/api/records';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { dimensionTexts } from './texts';
import { treeOf } from '@/fields/nodeTree';

export interface ScopeRow {
  key: string;
  label: ReactNode;
  /** What the row is called where only a text can stand. */
  name: string;
  role: Role;
  /** Null: departments, of which the role itself says how far it reaches. */
  dimension: Dimension | null;
}

const UNLIMITED = 'unlimited';

/** One row a role and dimension: how far it reads, edits, and which nodes it names. Each choice is saved at once. */
export function ScopeTable({ title, rows, contacts }: { title: string; rows: ScopeRow[]; contacts: boolean }) {
  const t = useTexts(dimensionTexts);
  const scopes = useRoleScopes();
  const nodes = useRoleNodes();
  const error = scopes.error ?? nodes.error;
  if (error) return <ErrorState error={error} onRetry={() => { void scopes.refetch(); void nodes.refetch(); }} />;
  if (!scopes.data || !nodes.data) return <Skeleton active />;
  const said = (row: ScopeRow) => scopes.data.find((s) => s.role_id === row.role.id && s.dimension_id === row.dimension?.id);
  return (
    <div className="dims-table">
      <Table<ScopeRow>
        size="small"
        scroll={{ x: 'max-content' }}
        pagination={false}
        rowKey="key"
        dataSource={rows}
        columns={[
          { title, width: 120, render: (_, row) => row.label },
          { title: t('read'), width: 190, render: (_, row) => <ScopeChoice row={row} said={said(row)} way="read_scope" /> },
          { title: t('edit2'), width: 190, render: (_, row) => <ScopeChoice row={row} said={said(row)} way="edit_scope" /> },
          ...(rows.some((row) => usesChosen(row, said(row))) ? [{
            title: t('chosen'),
            width: 220,
            render: (_: unknown, row: ScopeRow) => (usesChosen(row, said(row)) ? <ChosenNodes row={row} held={nodes.data} purpose="data" /> : null),
          }] : []),
          ...(contacts ? [{
            title: t('contact'),
            width: 210,
            render: (_: unknown, row: ScopeRow) => (row.dimension ? null : (
              <div className="dims-chosen">
                <ContactChoice row={row} />
                {row.role.contact_scope === 'chosen' ? <ChosenNodes row={row} held={nodes.data} purpose="contact" /> : null}
              </div>
            )),
          }] : []),
        ]}
      />
    </div>
  );
}

function usesChosen(row: ScopeRow, said: RoleScope | undefined): boolean {
  const { read_scope, edit_scope } = row.dimension ? said ?? {} : row.role;
  return read_scope === 'chosen' || edit_scope === 'chosen';
}

/** Saves, says so, and has everything read again. */
function useSaving(): (work: () => Promise<unknown>) => void {
  const t = useTexts(dimensionTexts);
  const { done, failed } = useFeedback();
  const changed = useDataChanged();
  return (work) => {
    void work().then(() => { done(t('saved')); }, failed).finally(() => void changed());
  };
}

function useScopeOptions(object: string, field: string): { value: string; label: string }[] {
  const label = useLabel();
  return (useModel().object(object)?.field(field)?.options ?? []).map((option) => ({ value: option.value, label: label(option.label) }));
}

function ScopeChoice({ row, said, way }: { row: ScopeRow; said: RoleScope | undefined; way: 'read_scope' | 'edit_scope' }) {
  const t = useTexts(dimensionTexts);
  const save = useSaving();
  const options = useScopeOptions(row.dimension ? 'role_scope' : 'role', way);
  const { role, dimension } = row;
  const choose = (value: string) => {
    if (!dimension) save(() => updateRecord('role', role.id, { [way]: value }));
    else if (value === UNLIMITED) save(() => (said ? deleteRecord('role_scope', said.id) : Promise.resolve()));
    else if (said) save(() => updateRecord('role_scope', said.id, { [way]: value }));
    else save(() => createRecord('role_scope', { role_id: role.id, dimension_id: dimension.id, read_scope: value, edit_scope: way === 'edit_scope' ? value : 'own' }));
  };
  return (
    <Select<string>
      aria-label={`${row.name} ${way === 'read_scope' ? t('read') : t('edit2')}`}
      value={dimension ? said?.[way] ?? UNLIMITED : role[way]}
      options={dimension ? [{ value: UNLIMITED, label: t('unlimited') }, ...options] : options}
      popupMatchSelectWidth={false}
      onChange={choose}
    />
  );
}

function ContactChoice({ row }: { row: ScopeRow }) {
  const t = useTexts(dimensionTexts);
  const save = useSaving();
  const options = useScopeOptions('role', 'contact_scope');
  return (
    <Select<Scope>
      aria-label={`${row.name} ${t('contact')}`}
      value={row.role.contact_scope ?? 'all'}
      options={options as { value: Scope; label: string }[]}
      popupMatchSelectWidth={false}
      onChange={(value) => { save(() => updateRecord('role', row.role.id, { contact_scope: value })); }}
    />
  );
}

function ChosenNodes({ row, held, purpose }: { row: ScopeRow; held: RoleNode[]; purpose: RoleNode['purpose'] }) {
  const t = useTexts(dimensionTexts);
  const save = useSaving();
  const departments = useDepartments(row.dimension === null);
  const values = useDimensionNodes(row.dimension?.key ?? '', row.dimension !== null);
  const found = row.dimension ? values.data : departments.data;
  const object = row.dimension ? 'dimension_node' : 'department';
  const known = new Set((found ?? []).map((node) => node.id));
  const mine = held.filter((one) => one.role_id === row.role.id && one.purpose === purpose && one.node_id.object === object && known.has(one.node_id.id));
  const below = mine.length === 0 || mine.every((one) => one.with_below);
  const choose = (ids: string[]) => {
    save(async () => {
      for (const gone of mine.filter((one) => !ids.includes(one.node_id.id))) await deleteRecord('role_node', gone.id);
      for (const id of ids.filter((one) => !mine.some((m) => m.node_id.id === one))) {
        await createRecord('role_node', { role_id: row.role.id, node_id: { object, id }, with_below: below, purpose });
      }
    });
  };
  const toBelow = (checked: boolean) => {
    save(async () => { for (const one of mine) await updateRecord('role_node', one.id, { with_below: checked }); });
  };
  return (
    <div className="dims-chosen">
      <TreeSelect<string[]>
        multiple
        treeDefaultExpandAll
        showSearch
        treeNodeFilterProp="title"
        loading={!found}
        aria-label={`${row.name} ${t('chosen')}`}
        placeholder={t('choose')}
        popupMatchSelectWidth={false}
        treeData={treeOf(found ?? [])}
        value={mine.map((one) => one.node_id.id)}
        onChange={choose}
      />
      <Checkbox checked={below} disabled={mine.length === 0} onChange={(event) => { toBelow(event.target.checked); }}>{t('below')}</Checkbox>
    </div>
  );
}
