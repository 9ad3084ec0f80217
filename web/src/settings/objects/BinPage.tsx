import { Button, Flex, Skeleton, Table, type TableProps } from 'antd';
import { useEffect } from 'react';
import { useBin, useRestoreDefinition, useThrowAway, type BinEntry } from '@/api/definitions';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { objectsTexts, typeTexts } from './texts';

/** Deleted objects and fields, for 30 days. */
export function BinPage() {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const types = useTexts(typeTexts);
  const label = useLabel();
  const format = useFormat();
  const { done, failed, confirm } = useFeedback();
  const bin = useBin();
  const restore = useRestoreDefinition();
  const throwAway = useThrowAway();
  const title = t('binTitle');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (bin.isError) return <ErrorState error={bin.error} onRetry={() => void bin.refetch()} />;
  const nameOf = (entry: BinEntry) => label(entry.label);
  const forGood = async (entry: BinEntry) => {
    if (await confirm({ title: t('throwAwayTitle', { name: nameOf(entry) }), content: t('throwAwayHint'), ok: t('throwAway'), cancel: c('cancel'), danger: true })) {
      throwAway.mutate(entry.id, { onSuccess: () => { done(t('thrownAway', { name: nameOf(entry) })); }, onError: failed });
    }
  };
  const columns: TableProps<BinEntry>['columns'] = [
    { title: t('name'), render: (_, entry) => <strong>{nameOf(entry)}</strong> },
    { title: t('whatItWas'), responsive: ['sm'], render: (_, entry) => (entry.field === null ? t('wasObject') : t('wasField', { object: label(entry.object_label), type: entry.type ? types(entry.type) : '' })) },
    { title: t('withData'), align: 'right', width: 110, responsive: ['md'], render: (_, entry) => t(entry.field === null ? 'nRecords' : 'nValues', { n: format.number(entry.filled) }) },
    { title: t('deletedBy'), responsive: ['md'], render: (_, entry) => `${entry.deleted_by} · ${format.datetime(entry.deleted_at)}` },
    { title: t('keptUntil'), width: 130, render: (_, entry) => format.date(entry.gone_at.slice(0, 10)) },
    {
      key: 'acts',
      width: 180,
      render: (_, entry) => (
        <Flex gap={8} wrap>
          <Button size="small" loading={restore.isPending && restore.variables === entry.id} onClick={() => { restore.mutate(entry.id, { onSuccess: () => { done(t('restoredName', { name: nameOf(entry) })); }, onError: failed }); }}>{c('restore')}</Button>
          <Button size="small" type="text" danger onClick={() => void forGood(entry)}>{t('throwAway')}</Button>
        </Flex>
      ),
    },
  ];
  return (
    <div className="objects">
      <header className="objects-head">
        <div>
          <h1>{title}</h1>
          <p>{t('binHint')}</p>
        </div>
      </header>
      {bin.isPending ? <Skeleton active /> : <Table<BinEntry> size="middle" rowKey="id" columns={columns} dataSource={bin.data.entries} pagination={false} locale={{ emptyText: <EmptyState title={t('binEmpty')} /> }} />}
    </div>
  );
}
