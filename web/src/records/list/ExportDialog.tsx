import { Alert, Button, Modal, Progress, Radio } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { exportFileUrl, followExport, startExport, type ExportFormat, type ExportJob } from '@/api/exports';
import type { ObjectModel } from '@/api/metadata';
import type { QueryBody, Row } from '@/api/types';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { exportTexts } from './texts';

interface Props {
  object: ObjectModel;
  query: QueryBody;
  /** Only these records; none means all of the list. */
  rows: Row[];
  onClose: () => void;
}

/** Exports in a background job, shows how far it is, and hands over the file. */
export default function ExportDialog({ object, query, rows, onClose }: Props) {
  const t = useTexts(exportTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const label = useLabel();
  const format = useFormat();
  const [kind, setKind] = useState<ExportFormat>('xlsx');
  const [job, setJob] = useState<ExportJob>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => { stop.current?.(); }, []);

  const take = (next: ExportJob) => {
    setJob(next);
    if (next.state === 'done') window.location.assign(exportFileUrl(next.id));
  };
  const start = () => {
    setError(undefined);
    const asked: QueryBody = rows.length > 0 ? { ...query, filter: { field: 'id', op: 'in', value: rows.map((row) => row.id) } } : query;
    startExport(asked, kind).then((made) => {
      setJob(made);
      stop.current = followExport(made.id, take);
    }, setError);
  };
  const running = job !== undefined && (job.state === 'waiting' || job.state === 'running');
  const failed = error !== undefined || job?.state === 'failed' || job?.state === 'cancelled';
  const percent = job?.total ? Math.floor((100 * job.progress) / job.total) : 0;
  return (
    <Modal
      open
      width={440}
      title={t('title', { objects: label(object.plural) })}
      onCancel={onClose}
      footer={
        job?.state === 'done'
          ? [<Button key="again" type="primary" href={exportFileUrl(job.id)}>{t('download')}</Button>, <Button key="close" onClick={onClose}>{c('close')}</Button>]
          : [<Button key="cancel" onClick={onClose}>{c('cancel')}</Button>, <Button key="start" type="primary" loading={running} onClick={start}>{t('start')}</Button>]
      }
    >
      {failed ? (
        <Alert type="error" showIcon style={{ marginBottom: 16 }} title={t('failed')} description={error ? errorText(error, words) : (job?.error?.detail ?? undefined)} />
      ) : null}
      {job && !failed ? (
        <div aria-live="polite">
          <Progress percent={job.state === 'done' ? 100 : percent} status={job.state === 'done' ? 'success' : 'active'} />
          <p>
            {job.state === 'done'
              ? t('done', { n: format.number(job.total ?? job.progress) })
              : job.state === 'running' ? t('running', { n: format.number(job.total ?? 0) }) : t('waiting')}
          </p>
        </div>
      ) : (
        <>
          <p>{rows.length > 0 ? t('selectedHint', { n: rows.length }) : t('hint')}</p>
          <Radio.Group
            aria-label={t('format')}
            value={kind}
            optionType="button"
            options={[{ value: 'xlsx', label: 'Excel (.xlsx)' }, { value: 'csv', label: 'CSV (UTF-8)' }]}
            onChange={(event) => { setKind(event.target.value as ExportFormat); }}
          />
        </>
      )}
    </Modal>
  );
}
