import { Alert, Modal, Radio, Skeleton, Table } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useChangeDefault, useDefaultPreview, type DefaultPreview, type SharedObject, type Sharing } from '@/api/sharing';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { sharingTexts } from './texts';

/** Another default for an object, with what it changes for whom before it is changed. */
export default function DefaultDialog({ object, shared, onClose }: { object: ObjectModel; shared: SharedObject; onClose: () => void }) {
  const t = useTexts(sharingTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const change = useChangeDefault();
  const [open, setOpen] = useState(true);
  const [chosen, setChosen] = useState<Sharing>(shared.sharing);
  const same = chosen === shared.sharing;
  const found = useDefaultPreview(object.name, chosen, !same);
  const apply = () => {
    change.mutate(
      { object: object.name, sharing: chosen },
      {
        onSuccess: () => {
          done(t('defaultChanged', { object: label(object.label), sharing: t(chosen as 'private') }));
          setOpen(false);
        },
        onError: failed,
      },
    );
  };
  return (
    <Modal
      open={open}
      title={t('defaultTitle', { object: label(object.label), objects: label(object.plural) })}
      okText={t('confirmDefault')}
      cancelText={c('cancel')}
      okButtonProps={{ disabled: same || found.isPending || found.isError, danger: found.data?.gains === false }}
      confirmLoading={change.isPending}
      onOk={apply}
      onCancel={() => { setOpen(false); }}
      afterClose={onClose}
    >
      <Radio.Group className="sharing-defaults" value={chosen} onChange={(event) => { setChosen(event.target.value as Sharing); }}>
        {shared.choices.map((choice) => (
          <Radio key={choice} value={choice}>
            <strong>{t(choice)}</strong>
            <span>{t(`${choice}Hint`)}</span>
          </Radio>
        ))}
      </Radio.Group>
      <div className="sharing-effect" aria-live="polite">
        {same ? <p>{t('defaultSame')}</p> : null}
        {!same && found.isPending ? <Skeleton active paragraph={{ rows: 2 }} /> : null}
        {!same && found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
        {!same && found.data ? <Effect found={found.data} /> : null}
      </div>
    </Modal>
  );
}

function Effect({ found }: { found: DefaultPreview }) {
  const t = useTexts(sharingTexts);
  const format = useFormat();
  const turned = ([before, after]: [number, number]) => (before === after ? format.number(before) : `${format.number(before)} → ${format.number(after)}`);
  const n = found.concerned;
  const title = n === 0 ? t('nobody') : t(found.gains ? 'gains' : 'loses', { n });
  return (
    <>
      <Alert type={n > 0 && !found.gains ? 'warning' : 'info'} showIcon title={title} description={found.rules_off > 0 ? t('rulesOff', { n: found.rules_off }) : undefined} />
      {n > 0 ? (
        <Table
          size="small"
          pagination={false}
          rowKey="id"
          dataSource={found.people}
          columns={[
            { title: t('person'), dataIndex: 'name' },
            { title: t('reads'), align: 'right', className: 'number', render: (_, person) => turned(person.reads) },
            { title: t('edits'), align: 'right', className: 'number', render: (_, person) => turned(person.edits) },
          ]}
        />
      ) : null}
      {n > found.people.length ? <p className="sharing-more">{t('morePeople', { n: n - found.people.length })}</p> : null}
    </>
  );
}
