import { Button, Checkbox, Select, Table, Tag, type TableColumnType } from 'antd';
import { useEffect, useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useBatches } from '@/api/simulation';
import type { FieldMeta, Row } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { batchesOf, mappingOf, mayFit, TARGETS, targetsOf, withTargets, type Mapping, type Target } from './mapping';
import { mappingTexts } from './texts';
import '../print/print.css';

const MAPPED_MAX = 500;

/** /settings/lead-mapping: which field of a lead fills which fields of what it becomes, in one table. */
export default function MappingPage() {
  const t = useTexts(mappingTexts);
  const c = useTexts(common);
  const stored = useRecords({ object: 'lead_mapping', fields: ['object_name', 'field_name', 'source_field'], order: [{ field: 'id' }], limit: MAPPED_MAX });
  const { done, failed } = useFeedback();
  const saving = useBatches();
  const [draft, setDraft] = useState<Mapping>();
  const [only, setOnly] = useState(false);
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const lead = useModel().object('lead');
  if (stored.isError) return <ErrorState error={stored.error} onRetry={() => void stored.refetch()} />;
  if (!stored.data || !lead) return <PageSkeleton />;
  const saved = mappingOf(stored.data.rows);
  const mapping = draft ?? saved;
  const batches = draft ? batchesOf(stored.data.rows, draft) : [];
  const save = () => {
    saving.mutate(batches, { onSuccess: () => { setDraft(undefined); done(t('saved')); }, onError: failed });
  };
  return (
    <div className="print-settings">
      <header className="print-settings-head">
        <div>
          <h1>{title}{batches.length > 0 ? <Tag>{t('unsaved')}</Tag> : null}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="print-editor-actions">
          {batches.length > 0 ? <Button onClick={() => { setDraft(undefined); }}>{c('cancel')}</Button> : null}
          <Button type="primary" disabled={batches.length === 0} loading={saving.isPending} onClick={save}>{c('save')}</Button>
        </div>
      </header>
      <p><Checkbox checked={only} onChange={(event) => { setOnly(event.target.checked); }}>{t('onlyMapped')}</Checkbox></p>
      <MappingTable lead={lead} mapping={mapping} only={only} stored={stored.data.rows} onChange={setDraft} />
    </div>
  );
}

interface TableProps {
  lead: ObjectModel;
  mapping: Mapping;
  only: boolean;
  stored: Row[];
  onChange: (mapping: Mapping) => void;
}

function MappingTable({ lead, mapping, only, stored, onChange }: TableProps) {
  const t = useTexts(mappingTexts);
  const label = useLabel();
  const model = useModel();
  const kept = new Set(stored.map((row) => row.source_field));
  const sources = lead.fields.filter((field) => !['id', 'version', 'record_type'].includes(field.name) && (field.access === 'edit' || kept.has(field.name)) && (!only || Object.values(mapping).includes(field.name)));
  const column = (target: Target): TableColumnType<FieldMeta> => {
    const object = model.object(target);
    return {
      title: label(object?.label),
      width: 240,
      render: (_, source) => {
        const chosen = targetsOf(mapping, target, source.name);
        const offered = (object?.fields ?? []).filter((field) => field.access === 'edit' && !field.system && !field.computed && (chosen.includes(field.name) || mayFit(source, field)));
        if (offered.length === 0) return <span className="blank">—</span>;
        return (
          <Select
            mode="multiple"
            style={{ width: '100%' }}
            variant="filled"
            aria-label={`${label(source.label)} → ${label(object?.label)}`}
            placeholder={t('nothing')}
            showSearch={{ optionFilterProp: 'label' }}
            value={chosen}
            options={offered.map((field) => {
              const by = mapping[`${target}.${field.name}`];
              const taken = by !== undefined && by !== source.name;
              return { value: field.name, label: label(field.label), disabled: taken, title: taken ? t('takenBy', { field: label(lead.field(by)?.label) }) : label(field.label) };
            })}
            onChange={(fields) => { onChange(withTargets(mapping, target, source.name, fields)); }}
          />
        );
      },
    };
  };
  return (
    <Table<FieldMeta>
      size="small"
      rowKey="name"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={sources}
      columns={[{ title: t('field'), width: 150, fixed: 'start', render: (_, source) => label(source.label) }, ...TARGETS.map(column)]}
    />
  );
}
