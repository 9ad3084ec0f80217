import { ArrowDownOutlined, ArrowUpOutlined, MoreOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Table, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useObjectDefinition } from '@/api/definitions';
import { newName, type Arranged, type LayoutBody, type NamedLayoutBody } from '@/api/layouts';
import { useModel } from '@/api/metadata';
import { useProfiles } from '@/api/profiles';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { PageSkeleton } from '@/ui/states';
import { useProfileName } from '../../profiles/names';
import type { TabProps } from '../tabs';
import { useArrange } from '../useArrange';
import { ListColumns } from './ListColumns';
import { moved } from './draft';
import { LayoutDialog, type Whom } from './LayoutDialog';
import { layoutTexts } from './texts';
import './layouts.css';

const LayoutEditor = lazy(() => import('./LayoutEditor'));

interface Row {
  /** null: the object's own. */
  name: string | null;
  layout: NamedLayoutBody | null;
  body: LayoutBody;
}

/** The layouts of an object with whom they are for, the first that fits first, and the columns of its lists. */
export default function LayoutsTab({ object: name }: TabProps) {
  const t = useTexts(layoutTexts);
  const c = useTexts(common);
  const label = useLabel();
  const object = useModel().object(name);
  const definition = useObjectDefinition(name);
  const { confirm } = useFeedback();
  const { arrange, saving } = useArrange(name, t('saved'));
  const [editing, setEditing] = useState<Row>();
  const [dialog, setDialog] = useState<{ layout?: NamedLayoutBody }>();
  if (!definition.data || !object) return <PageSkeleton />;
  const body = definition.data.body as Arranged;
  const { layouts = [], record_types: types = [], layout: standard = {} } = body;
  const rows: Row[] = [...layouts.map((layout) => ({ name: layout.name, layout, body: layout })), { name: null, layout: null, body: standard }];
  const put = (next: NamedLayoutBody[]) => arrange({ layouts: next });

  const saveWhom = async ({ label: text, for: whom, from }: Whom) => {
    const held = dialog?.layout;
    if (held) {
      if (await put(layouts.map((one) => (one.name === held.name ? { ...one, label: text, for: whom } : one)))) setDialog(undefined);
      return;
    }
    const start: LayoutBody = layouts.find((one) => one.name === from) ?? standard;
    const made: NamedLayoutBody = { ...start, name: newName(text.en, 'layout', layouts.map((one) => one.name)), label: text, for: whom };
    if (await put([made, ...layouts])) {
      setDialog(undefined);
      setEditing({ name: made.name, layout: made, body: made });
    }
  };
  const saveBody = (row: Row) => (made: LayoutBody) => {
    if (row.layout === null) return arrange({ layout: made });
    const { name: key, label: text, for: whom } = row.layout;
    return put(layouts.map((one) => (one.name === key ? { name: key, label: text, ...(whom ? { for: whom } : {}), ...made } : one)));
  };
  const remove = async (layout: NamedLayoutBody) => {
    const question = { title: t('removeAsk', { name: label(layout.label) }), content: t('removeHint'), ok: t('remove'), cancel: c('cancel'), danger: true };
    if (await confirm(question)) await put(layouts.filter((one) => one.name !== layout.name));
  };
  const titleOf = (row: Row) => (row.layout ? label(row.layout.label) : t('defaultLayout'));
  return (
    <div className="layouts">
      <div className="objects-tools">
        <p className="layouts-intro">{t('intro')}</p>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => { setDialog({}); }}>{t('newLayout')}</Button>
      </div>
      <Table<Row>
        size="small"
        rowKey={(row) => row.name ?? '$default'}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={rows}
        columns={[
          { key: 'name', title: t('name'), render: (_, row) => <button type="button" className="layouts-name" onClick={() => { setEditing(row); }}>{titleOf(row)}</button> },
          { key: 'whom', title: t('whom'), render: (_, row) => <ForWhom row={row} types={types} /> },
          {
            key: 'contents', title: t('contents'),
            render: (_, { body: held }) => t('contentsOf', { sections: held.sections?.length ?? 0, fields: held.sections?.reduce((sum, { fields }) => sum + fields.length, 0) ?? 0 }),
          },
          {
            key: 'acts', width: 200, align: 'end',
            render: (_, row, place) => (
              <span className="layouts-acts">
                {row.layout ? (
                  <>
                    <Button size="small" type="text" icon={<ArrowUpOutlined />} aria-label={`${t('up')} ${titleOf(row)}`} disabled={place === 0 || saving} onClick={() => void put(moved(layouts, place, place - 1))} />
                    <Button size="small" type="text" icon={<ArrowDownOutlined />} aria-label={`${t('down')} ${titleOf(row)}`} disabled={place >= layouts.length - 1 || saving} onClick={() => void put(moved(layouts, place, place + 1))} />
                  </>
                ) : null}
                <Button size="small" onClick={() => { setEditing(row); }}>{t('edit')}</Button>
                {row.layout ? (
                  <Dropdown
                    trigger={['click']}
                    menu={{
                      items: [{ key: 'settings', label: t('settings') }, { key: 'remove', label: t('remove'), danger: true }],
                      onClick: ({ key }) => { if (key === 'settings') setDialog({ layout: row.layout ?? undefined }); else if (row.layout) void remove(row.layout); },
                    }}
                  >
                    <Button size="small" type="text" icon={<MoreOutlined />} aria-label={`${t('settings')} ${titleOf(row)}`} />
                  </Dropdown>
                ) : <span className="layouts-gap" />}
              </span>
            ),
          },
        ]}
      />
      <ListColumns object={object} columns={body.columns ?? {}} onSave={(columns) => void arrange({ columns })} />
      {dialog ? <LayoutDialog types={types} layouts={layouts} layout={dialog.layout} saving={saving} onSave={(whom) => void saveWhom(whom)} onClose={() => { setDialog(undefined); }} /> : null}
      {editing ? (
        <Suspense>
          <LayoutEditor key={editing.name ?? ''} object={object} title={titleOf(editing)} body={editing.body} name={editing.name} saving={saving} onSave={saveBody(editing)} onClose={() => { setEditing(undefined); }} />
        </Suspense>
      ) : null}
    </div>
  );
}

function ForWhom({ row, types }: { row: Row; types: NonNullable<Arranged['record_types']> }) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const profiles = useProfiles().data ?? [];
  const profileName = useProfileName();
  if (!row.layout) return <span className="layouts-others">{t('others')}</span>;
  const { record_types: named = [], profiles: keys = [] } = row.layout.for ?? {};
  if (named.length + keys.length === 0) return <span>{t('everybody')}</span>;
  return (
    <span className="layouts-whom">
      {keys.map((key) => {
        const profile = profiles.find((one) => one.key === key);
        return <Tag key={key}>{profile ? profileName(profile) : key}</Tag>;
      })}
      {named.map((one) => <Tag key={one} color="blue">{label(types.find((type) => type.name === one)?.label) || one}</Tag>)}
    </span>
  );
}
