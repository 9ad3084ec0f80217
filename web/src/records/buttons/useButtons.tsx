import { ExportOutlined, PlusOutlined, PrinterOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { Button, type MenuProps } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { layoutOf } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { updateRecord, useDataChanged } from '@/api/records';
import type { ButtonMeta, RecordAnswer, Values } from '@/api/types';
import { useUser } from '@/api/user';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { linkAddress, neededPaths, valuesOf, type Moment } from './buttons';
import { buttonTexts } from './texts';

const PrintDialog = lazy(() => import('@/records/print/PrintDialog'));

const PICTURES: Record<ButtonMeta['kind'], ReactNode> = {
  link: <ExportOutlined />, create: <PlusOutlined />, update: <ThunderboltOutlined />, print: <PrinterOutlined />,
};

export function useMoment(): () => Moment {
  const user = useUser();
  const format = useFormat();
  return () => ({ user: user.id, department: user.department_id, today: format.today(), now: new Date().toISOString() });
}

interface Drawn {
  items: NonNullable<MenuProps['items']>;
  /** Those that stand beside "Edit". */
  primary: ReactNode;
  dialog: ReactNode;
}

/** The buttons of the object that are for this record. */
export function useButtons(object: ObjectModel, answer: RecordAnswer): Drawn {
  const t = useTexts(buttonTexts);
  const c = useTexts(common);
  const label = useLabel();
  const moment = useMoment();
  const openForm = useOpenForm();
  const changed = useDataChanged();
  const { done, failed, confirm } = useFeedback();
  const [printing, setPrinting] = useState<string>();
  const { record } = answer;
  const may: Record<ButtonMeta['kind'], (button: ButtonMeta) => boolean> = {
    link: () => true, create: () => true, update: () => answer.can.update, print: () => object.can('print'),
  };
  const onPage = layoutOf(object, record).buttons;
  const shown = (object.buttons ?? []).filter(
    (button) => button.places.includes('record') && answer.buttons?.includes(button.name) && (onPage?.includes(button.name) ?? true) && may[button.kind](button),
  );
  const paths = neededPaths(shown);
  const asked = useRecords<Values>(
    { object: object.name, fields: paths, filter: { field: 'id', op: '=', value: record.id }, limit: 1 },
    { enabled: paths.length > 0, keep: false },
  );
  const known: Values = { ...record, ...asked.data?.rows[0], id: record.id };

  const set = async (button: ButtonMeta) => {
    const name = label(button.label);
    const sure = await confirm({ title: t('ask', { name }), content: button.confirm ? label(button.confirm) : undefined, ok: name, cancel: c('cancel') });
    if (!sure) return;
    const values = valuesOf(button, known, moment());
    const before = Object.fromEntries(Object.keys(values).map((field) => [field, record[field] ?? null]));
    const write = async (given: Values, version: number, undo: boolean): Promise<void> => {
      try {
        const saved = await updateRecord(object.name, record.id, given, version);
        done(t('done', { name }), undo ? () => void write(before, saved.version, false) : undefined);
        await changed();
      } catch (error) {
        failed(error);
      }
    };
    await write(values, answer.version, true);
  };
  const act: Record<ButtonMeta['kind'], (button: ButtonMeta) => void> = {
    link: () => undefined,
    create: (button) => { openForm({ object: button.object ?? '', initial: valuesOf(button, known, moment()) }); },
    update: (button) => void set(button),
    print: (button) => { setPrinting(button.template ?? ''); },
  };
  const address = (button: ButtonMeta) => (button.kind === 'link' && asked.isSuccess ? linkAddress(button.url ?? '', known) : paths.length === 0 ? linkAddress(button.url ?? '', known) : undefined);
  const items = shown.filter((button) => !button.primary).map((button) => ({
    key: `button.${button.name}`,
    icon: PICTURES[button.kind],
    disabled: button.kind === 'link' && address(button) === undefined,
    label: button.kind === 'link' ? <a href={address(button)} target="_blank" rel="noopener noreferrer">{label(button.label)}</a> : label(button.label),
    onClick: () => { act[button.kind](button); },
  }));
  const primary = shown.filter((button) => button.primary).map((button) => (
    <Button
      key={button.name}
      icon={PICTURES[button.kind]}
      disabled={button.kind === 'link' && address(button) === undefined}
      {...(button.kind === 'link' ? { href: address(button), target: '_blank', rel: 'noopener noreferrer' } : { onClick: () => { act[button.kind](button); } })}
    >
      {label(button.label)}
    </Button>
  ));
  const name = String(record[object.name_field] ?? '') || `#${record.id}`;
  const dialog = printing === undefined ? null : (
    <Suspense><PrintDialog object={object} records={[{ id: record.id, name }]} template={printing} onClose={() => { setPrinting(undefined); }} /></Suspense>
  );
  return { items, primary, dialog };
}
