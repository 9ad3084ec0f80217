import { Alert, Modal, Skeleton, Table } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { previewDimension, type Dimension, type Preview } from '@/api/dimensions';
import { keys } from '@/api/keys';
import type { ObjectModel } from '@/api/metadata';
import { useCreateRecord } from '@/api/records';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { dimensionTexts } from './texts';

interface Props {
  dimension: Dimension;
  name: string;
  object: ObjectModel;
  onClose: () => void;
}

/** Before a dimension is switched on for an object: who would lose sight of how many records. */
export function PreviewDialog({ dimension, name, object, onClose }: Props) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { failed, done } = useFeedback();
  const create = useCreateRecord('dimension_object');
  const found = useQuery({
    queryKey: [...keys.data, 'dimension-preview', dimension.id, object.name],
    queryFn: () => previewDimension(dimension.id, object.name),
    gcTime: 0,
  });
  const switchOn = () => {
    const options = { onSuccess: () => { done(t('saved')); onClose(); }, onError: failed };
    create.mutate({ dimension_id: dimension.id, object_name: object.name }, options);
  };
  return (
    <Modal
      open
      title={t('previewTitle', { object: label(object.plural), dimension: name })}
      okText={t('previewOk')}
      cancelText={c('cancel')}
      onCancel={onClose}
      onOk={switchOn}
      okButtonProps={{ disabled: !found.data }}
      confirmLoading={create.isPending}
    >
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : found.data ? <Effects found={found.data} /> : <Skeleton active />}
    </Modal>
  );
}

function Effects({ found }: { found: Preview }) {
  const t = useTexts(dimensionTexts);
  const nobody = found.people.length === 0;
  return (
    <>
      {found.filled > 0 ? <p className="dims-hint">{t('previewFill', { count: found.filled })}</p> : null}
      {found.blank > 0 ? <p className="dims-hint">{t('previewBlank', { count: found.blank })}</p> : null}
      <Alert
        showIcon
        type={nobody ? 'success' : 'warning'}
        title={found.roles.length === 0 ? t('previewNoRoles') : nobody ? t('previewNobody') : t('previewLoss', { total: found.total })}
      />
      {nobody ? null : (
        <div className="dims-loss">
          <Table
            size="small"
            pagination={false}
            rowKey="id"
            dataSource={found.people}
            columns={[
              { title: t('person'), dataIndex: 'name' },
              { title: t('sees'), dataIndex: 'sees', align: 'right', className: 'number' },
              { title: t('loses'), dataIndex: 'loses', align: 'right', className: 'number' },
            ]}
          />
        </div>
      )}
      {nobody ? null : <p className="dims-hint dims-note">{t('previewGrants')}</p>}
    </>
  );
}
