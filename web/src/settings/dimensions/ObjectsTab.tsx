import { Progress, Select, Skeleton, Switch, Table, Tag } from 'antd';
import { useState } from 'react';
import { useCombinations, useFillings, useSwitched, type Dimension, type Filling, type Switched } from '@/api/dimensions';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useCreateRecord, useDeleteRecord, useUpdateRecord } from '@/api/records';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { PreviewDialog } from './PreviewDialog';
import { dimensionTexts } from './texts';

/** Which objects the dimension has a say in: a switch each, with a preview before and progress behind it. */
export function ObjectsTab({ dimension, name }: { dimension: Dimension; name: string }) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const { done, failed, confirm } = useFeedback();
  const switched = useSwitched();
  const combinations = useCombinations();
  const fillings = useFillings();
  const remove = useDeleteRecord('dimension_object');
  const combine = useCreateRecord('dimension_combination');
  const recombine = useUpdateRecord('dimension_combination');
  const [asking, setAsking] = useState<ObjectModel>();
  const error = switched.error ?? combinations.error ?? fillings.error;
  if (error) return <ErrorState error={error} onRetry={() => { void switched.refetch(); void combinations.refetch(); void fillings.refetch(); }} />;
  if (!switched.data || !combinations.data || !fillings.data) return <Skeleton active />;

  const controlled = new Map(switched.data.filter((one) => one.dimension_id === dimension.id).map((one) => [one.object_name, one]));
  const objects = model.objects.filter((object) => object.owned && !object.configuration && typeof object.navigation === 'number');
  const off = async (object: ObjectModel, found: Switched) => {
    const ok = await confirm({ title: t('offAsk', { object: label(object.label), dimension: name }), content: t('offHint'), ok: t('switchOff2'), cancel: c('cancel') });
    if (ok) remove.mutate(found.id, { onSuccess: () => { done(t('saved')); }, onError: failed });
  };
  const toCombine = (object: string, combination: string) => {
    const held = combinations.data.find((one) => one.object_name === object);
    const options = { onSuccess: () => { done(t('saved')); }, onError: failed };
    if (held) recombine.mutate({ id: held.id, values: { combination } }, options);
    else combine.mutate({ object_name: object, combination }, options);
  };
  return (
    <>
      <p className="dims-hint">{t('objectsHint')}</p>
      <div className="dims-table">
        <Table<ObjectModel>
          size="small"
          scroll={{ x: 'max-content' }}
          pagination={false}
          rowKey="name"
          dataSource={objects}
          columns={[
            { title: t('object'), render: (_, object) => label(object.label) },
            { title: t('state'), render: (_, object) => <State found={controlled.get(object.name)} filling={fillings.data.find((f) => f.switch_id === controlled.get(object.name)?.id)} /> },
            {
              title: t('several'),
              width: 180,
              render: (_, object) => controlled.has(object.name) ? (
                <Select
                  size="small"
                  aria-label={`${label(object.label)} ${t('several')}`}
                  value={combinations.data.find((one) => one.object_name === object.name)?.combination ?? 'all'}
                  options={[{ value: 'all', label: t('allMet') }, { value: 'any', label: t('anyMet') }]}
                  onChange={(value) => { toCombine(object.name, value); }}
                />
              ) : null,
            },
            {
              title: t('active'),
              width: 72,
              align: 'right',
              render: (_, object) => {
                const found = controlled.get(object.name);
                return <Switch size="small" aria-label={label(object.label)} checked={found !== undefined} onChange={() => { if (found) void off(object, found); else setAsking(object); }} />;
              },
            },
          ]}
        />
      </div>
      {asking ? <PreviewDialog dimension={dimension} name={name} object={asking} onClose={() => { setAsking(undefined); }} /> : null}
    </>
  );
}

function State({ found, filling }: { found: Switched | undefined; filling: Filling | undefined }) {
  const t = useTexts(dimensionTexts);
  if (!found) return <span className="dims-node-off">{t('notControlled')}</span>;
  if (found.state === 'active') return <Tag color="success">{t('inForce')}</Tag>;
  if (filling?.state === 'failed') return <Tag color="error">{t('failed', { reason: filling.error?.detail ?? '' })}</Tag>;
  if (!filling?.total) return <Tag color="processing">{t('preparing')}</Tag>;
  return (
    <div style={{ maxWidth: 220 }}>
      <Progress size="small" percent={Math.floor((100 * filling.progress) / filling.total)} />
      <span className="dims-hint">{t('preparingOf', { done: filling.progress, total: filling.total })}</span>
    </div>
  );
}
