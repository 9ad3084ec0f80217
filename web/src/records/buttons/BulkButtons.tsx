import { PrinterOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useBatch } from '@/api/batch';
import type { ObjectModel } from '@/api/metadata';
import { useOfferedButtons } from '@/api/records';
import type { ButtonMeta, Row } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { valuesOf } from './buttons';
import { buttonTexts } from './texts';
import { useMoment } from './useButtons';

const PrintDialog = lazy(() => import('@/records/print/PrintDialog'));

interface Props {
  object: ObjectModel;
  rows: Row[];
  onDone: () => void;
  onRefused: (error: unknown) => void;
}

/** The buttons of the object above the selected records: each is one batch, all or nothing. */
export function BulkButtons({ object, rows, onDone, onRefused }: Props) {
  const t = useTexts(buttonTexts);
  const c = useTexts(common);
  const label = useLabel();
  const moment = useMoment();
  const batch = useBatch();
  const { done, confirm } = useFeedback();
  const [printing, setPrinting] = useState<string>();
  const ids = rows.map((row) => row.id);
  const may = (button: ButtonMeta) => (button.kind === 'print' ? object.can('print') : object.can('update') && (object.can('bulk_edit') || ids.length === 1));
  const shown = (object.buttons ?? []).filter((button) => button.places.includes('list') && (button.kind === 'update' || button.kind === 'print') && may(button));
  const offered = useOfferedButtons(object.name, ids, shown.some((button) => button.conditional));
  const set = async (button: ButtonMeta) => {
    const name = label(button.label);
    const sure = await confirm({ title: t('askMany', { name, n: ids.length }), content: button.confirm ? label(button.confirm) : undefined, ok: name, cancel: c('cancel') });
    if (!sure) return;
    batch.mutate({ object: object.name, action: 'update', ids, values: valuesOf(button, {}, moment()) }, {
      onSuccess: () => {
        onDone();
        done(t('done', { name }));
      },
      onError: onRefused,
    });
  };
  return (
    <>
      {shown.map((button) => {
        const left = button.conditional ? ids.length - (offered.data?.[button.name] ?? 0) : 0;
        return (
          <Tooltip key={button.name} title={left > 0 && offered.data ? t('some', { n: left }) : undefined}>
            <Button
              size="small"
              icon={button.kind === 'print' ? <PrinterOutlined /> : <ThunderboltOutlined />}
              disabled={left > 0}
              loading={batch.isPending}
              onClick={() => { if (button.kind === 'print') setPrinting(button.template ?? ''); else void set(button); }}
            >
              {label(button.label)}
            </Button>
          </Tooltip>
        );
      })}
      {printing === undefined ? null : (
        <Suspense>
          <PrintDialog
            object={object}
            records={rows.map((row) => ({ id: row.id, name: String(row[object.name_field] ?? '') }))}
            template={printing}
            onClose={() => { setPrinting(undefined); }}
          />
        </Suspense>
      )}
    </>
  );
}
