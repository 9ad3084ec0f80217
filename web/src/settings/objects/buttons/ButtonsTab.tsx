import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Space, Table, type TableProps } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, useObjectDefinition } from '@/api/definitions';
import { useProfiles } from '@/api/profiles';
import { common, useLabel, useListing, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import type { TabProps } from '../tabs';
import type { ButtonBody } from './body';
import { ButtonDrawer } from './ButtonDrawer';
import { buttonSettingsTexts } from './texts';

/** The buttons and links of the object, in the order in which they stand on the page. */
export default function ButtonsTab({ object }: TabProps) {
  const t = useTexts(buttonSettingsTexts);
  const listing = useListing();
  const c = useTexts(common);
  const label = useLabel();
  const { done, failed, confirm } = useFeedback();
  const definition = useObjectDefinition(object);
  const profiles = useProfiles();
  const change = useChangeDefinitions();
  const [open, setOpen] = useState<{ button?: ButtonBody }>();
  if (definition.isError) return <ErrorState error={definition.error} onRetry={() => void definition.refetch()} />;
  if (!definition.data) return <PageSkeleton />;
  const buttons = (definition.data.body.buttons ?? []) as ButtonBody[];
  const put = (next: ButtonBody[]) =>
    change.mutateAsync({ changes: [{ object, body: { buttons: next.length > 0 ? next : null } }] }).then(
      () => { done(c('saved')); },
      (error: unknown) => { failed(error); throw error; },
    );
  const moved = (at: number, by: number) => {
    const next = [...buttons];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    void put(next).catch(() => undefined);
  };
  const remove = async (button: ButtonBody) => {
    const sure = await confirm({ title: t('removeAsk', { name: label(button.label) }), ok: c('delete'), cancel: c('cancel'), danger: true });
    if (sure) await put(buttons.filter((one) => one !== button)).catch(() => undefined);
  };
  const columns: TableProps<ButtonBody>['columns'] = [
    { title: t('label'), render: (_, button) => <Button type="link" style={{ padding: 0 }} onClick={() => { setOpen({ button }); }}>{label(button.label)}</Button> },
    { title: t('kind'), render: (_, button) => t(button.kind) },
    { title: t('places'), responsive: ['md'], render: (_, button) => listing((button.places ?? ['record']).map((place) => t(place))) },
    {
      title: t('profiles'),
      responsive: ['md'],
      render: (_, button) => (button.profiles ? listing(button.profiles.map((key) => profiles.data?.find((one) => one.key === key)?.name ?? key)) : t('everybody')),
    },
    {
      key: 'acts',
      width: 120,
      render: (_, button, at) => (
        <Space size={0}>
          <Button type="text" size="small" icon={<ArrowUpOutlined />} disabled={at === 0 || change.isPending} aria-label={t('up')} title={t('up')} onClick={() => { moved(at, -1); }} />
          <Button type="text" size="small" icon={<ArrowDownOutlined />} disabled={at === buttons.length - 1 || change.isPending} aria-label={t('down')} title={t('down')} onClick={() => { moved(at, 1); }} />
          <Button type="text" size="small" danger icon={<DeleteOutlined />} aria-label={t('remove')} title={t('remove')} onClick={() => void remove(button)} />
        </Space>
      ),
    },
  ];
  return (
    <div>
      <div style={{ display: 'flex', gap: 16, justifyContent: 'space-between', alignItems: 'flex-start', marginBottom: 12 }}>
        <p style={{ margin: 0, color: 'var(--ink-2)' }}>{t('hint')}</p>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => { setOpen({}); }}>{t('new')}</Button>
      </div>
      <Table<ButtonBody> size="middle" rowKey="name" columns={columns} dataSource={buttons} pagination={false} locale={{ emptyText: <EmptyState title={t('empty')} /> }} />
      {open ? (
        <ButtonDrawer
          object={object}
          button={open.button}
          taken={buttons.map(({ name }) => name)}
          saving={change.isPending}
          onClose={() => { setOpen(undefined); }}
          onSave={(button) => {
            const next = open.button ? buttons.map((one) => (one === open.button ? button : one)) : [...buttons, button];
            void put(next).then(() => { setOpen(undefined); }, () => undefined);
          }}
        />
      ) : null}
    </div>
  );
}
