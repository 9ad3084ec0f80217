import { PlusOutlined } from '@ant-design/icons';
import { Button, Table, Tag } from 'antd';
import { useState } from 'react';
import { useObjectDefinition } from '@/api/definitions';
import { newName, type Arranged, type RecordTypeBody } from '@/api/layouts';
import { useModel, type ObjectModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, PageSkeleton } from '@/ui/states';
import type { TabProps } from '../tabs';
import { useArrange } from '../useArrange';
import { OptionMatrix } from './OptionMatrix';
import { typeTexts } from './texts';
import { TypeDrawer } from './TypeDrawer';
import './types.css';

/** The record types of an object, what each offers, and who may create which. */
export default function TypesTab({ object: name }: TabProps) {
  const t = useTexts(typeTexts);
  const c = useTexts(common);
  const label = useLabel();
  const object = useModel().object(name);
  const definition = useObjectDefinition(name);
  const { confirm, warn } = useFeedback();
  const { arrange, saving } = useArrange(name, t('saved'));
  const [open, setOpen] = useState<{ type?: RecordTypeBody }>();
  if (!definition.data || !object) return <PageSkeleton />;
  const { record_types: types = [], layouts = [] } = definition.data.body as Arranged;
  const put = (next: RecordTypeBody[]) => arrange({ record_types: next.length > 0 ? next : null });

  const save = async (made: RecordTypeBody) => {
    const held = open?.type;
    const named = held ? made : { ...made, name: newName(made.label.en, 'type', types.map((one) => one.name)) };
    const one = types.length === 0 ? { ...named, default: true } : named;
    // Exactly one is the default.
    const cleared = one.default ? types.map(withoutDefault) : types;
    const next = held ? cleared.map((type) => (type.name === held.name ? one : type)) : [...cleared, one];
    return (await put(next)) ? one.name : null;
  };
  const remove = async (type: RecordTypeBody) => {
    const layout = layouts.find((one) => one.for?.record_types?.includes(type.name));
    if (layout) {
      warn(t('usedByLayout', { layout: label(layout.label) }));
      return;
    }
    const question = { title: t('removeAsk', { name: label(type.label) }), content: t(types.length === 1 ? 'removeLast' : 'removeHint'), ok: t('remove'), cancel: c('cancel'), danger: true };
    if (await confirm(question) && (await put(types.filter((one) => one.name !== type.name)))) setOpen(undefined);
  };
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => { setOpen({}); }}>{t('newType')}</Button>;
  return (
    <div className="types">
      <div className="objects-tools"><p className="types-intro">{t('intro')}</p>{types.length > 0 ? add : null}</div>
      {types.length === 0 ? <EmptyState title={t('first')} hint={t('firstHint')} action={add} /> : (
        <>
          <Table<RecordTypeBody>
            size="small"
            rowKey="name"
            pagination={false}
            scroll={{ x: 'max-content' }}
            dataSource={types}
            columns={[
              {
                key: 'name', title: t('name'),
                render: (_, type) => (
                  <span className="types-name">
                    <button type="button" className="types-link" onClick={() => { setOpen({ type }); }}>{label(type.label)}</button>
                    {type.default ? <Tag color="blue">{t('isDefault')}</Tag> : null}
                    {type.active === false ? <Tag>{t('off')}</Tag> : null}
                  </span>
                ),
              },
              { key: 'description', title: t('description'), render: (_, type) => label(type.description) },
              { key: 'subsets', title: t('subsets'), render: (_, type) => <Subsets object={object} type={type} /> },
            ]}
          />
          <OptionMatrix key={definition.data.version} object={object} types={types} saving={saving} onSave={(next) => void put(next)} />
        </>
      )}
      {open ? <TypeDrawer object={object} type={open.type} only={types.length === 0 || (types.length === 1 && open.type !== undefined)} saving={saving} onSave={save} onRemove={open.type ? () => void remove(open.type as RecordTypeBody) : undefined} onClose={() => { setOpen(undefined); }} /> : null}
    </div>
  );
}

const withoutDefault = (type: RecordTypeBody): RecordTypeBody => ({ ...type, default: undefined });

function Subsets({ object, type }: { object: ObjectModel; type: RecordTypeBody }) {
  const t = useTexts(typeTexts);
  const label = useLabel();
  const told = Object.entries(type.options ?? {}).flatMap(([name, values]) => {
    const field = object.field(name);
    return field ? [t('some', { field: label(field.label), n: values.length, all: field.options?.length ?? 0 })] : [];
  });
  return <span className="types-all">{told.length > 0 ? told.join(' · ') : t('all')}</span>;
}
