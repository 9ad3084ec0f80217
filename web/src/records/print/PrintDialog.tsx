import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Modal, Progress, Radio, Skeleton, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { followPrint, PRINTED_AT_ONCE, printFileUrl, printRecord, startPrint, usePrintTemplates, type PrintFormat, type PrintJob } from '@/api/prints';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { EmptyState, ErrorState } from '@/ui/states';
import { uiTexts } from '@/ui/texts';
import { printTexts } from './texts';

interface Props {
  object: ObjectModel;
  records: { id: string; name: string }[];
  /** The key of the template that a button names; without it the person chooses. */
  template?: string;
  onClose: () => void;
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
}

/** Prints one record at once, or many in the background, by a template that the person chooses. */
export default function PrintDialog({ object, records, template, onClose }: Props) {
  const t = useTexts(printTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const label = useLabel();
  const { language } = useSettings();
  const templates = usePrintTemplates(object.name);
  const [given, setChosen] = useState<string>();
  const [format, setFormat] = useState<PrintFormat>('pdf');
  const [job, setJob] = useState<PrintJob>();
  const [error, setError] = useState<unknown>();
  const [making, setMaking] = useState(false);
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => { stop.current?.(); }, []);

  const named = templates.data?.find((one) => one.key === template);
  const offered = template === undefined ? templates.data : named ? [named] : templates.data && [];
  const chosen = given ?? offered?.[0]?.id;
  const [only] = records;
  const single = records.length === 1 && only !== undefined;
  const tooMany = records.length > PRINTED_AT_ONCE;
  const one = async (take: (content: Blob, name: string) => void) => {
    if (!chosen || !only) return;
    setError(undefined);
    setMaking(true);
    try {
      const { content, name } = await printRecord(object.name, only.id, chosen);
      take(content, name);
    } catch (problem) {
      setError(problem);
    } finally {
      setMaking(false);
    }
  };
  const open = () => {
    // Opened by the click itself: what comes later a browser would take for an unwanted window.
    const page = window.open('', '_blank');
    void one((content) => {
      const address = URL.createObjectURL(content);
      if (page) page.location.href = address;
      else window.location.href = address;
    }).then(() => undefined);
  };
  const many = () => {
    if (!chosen) return;
    setError(undefined);
    const take = (next: PrintJob) => {
      setJob(next);
      if (next.state === 'done') window.location.assign(printFileUrl(next.id));
    };
    startPrint(object.name, records.map((record) => record.id), chosen, format).then((made) => {
      setJob(made);
      stop.current = followPrint(made.id, take);
    }, setError);
  };
  const running = job?.state === 'waiting' || job?.state === 'running';
  const failed = error !== undefined || job?.state === 'failed';
  const none = offered?.length === 0;
  const footer = single
    ? [
        <Button key="cancel" onClick={onClose}>{c('close')}</Button>,
        <Button key="open" icon={<PrinterOutlined />} disabled={!chosen || making} onClick={open}>{t('open')}</Button>,
        <Button key="save" type="primary" icon={<DownloadOutlined />} loading={making} disabled={!chosen} onClick={() => void one(save)}>{t('download')}</Button>,
      ]
    : [
        <Button key="cancel" onClick={onClose}>{c('close')}</Button>,
        job?.state === 'done'
          ? <Button key="again" type="primary" href={printFileUrl(job.id)}>{t('again')}</Button>
          : <Button key="start" type="primary" icon={<PrinterOutlined />} loading={running} disabled={!chosen || tooMany} onClick={many}>{t('start')}</Button>,
      ];
  return (
    <Modal
      open
      width={460}
      title={single ? t('title', { name: only.name }) : t('titleMany', { n: records.length, objects: label(object.plural) })}
      onCancel={onClose}
      footer={none ? [<Button key="close" onClick={onClose}>{c('close')}</Button>] : footer}
    >
      {failed ? <Alert type="error" showIcon style={{ marginBottom: 16 }} title={t('failed')} description={error ? errorText(error, words) : (job?.error?.detail ?? undefined)} /> : null}
      {tooMany ? <Alert type="warning" showIcon style={{ marginBottom: 16 }} title={t('tooMany', { n: PRINTED_AT_ONCE })} /> : null}
      {templates.isPending ? <Skeleton active paragraph={{ rows: 2 }} title={false} /> : null}
      {templates.isError ? <ErrorState error={templates.error} onRetry={() => void templates.refetch()} /> : null}
      {none ? <EmptyState title={t('noTemplates')} hint={t('noTemplatesHint')} /> : null}
      {job && !failed ? (
        <div aria-live="polite">
          <Progress percent={job.state === 'done' ? 100 : 0} status={job.state === 'done' ? 'success' : 'active'} showInfo={job.state === 'done'} />
          <p>{t(job.state === 'done' ? 'done' : 'running', { n: records.length })}</p>
        </div>
      ) : offered && !none ? (
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Radio.Group
            aria-label={t('template')}
            value={chosen}
            onChange={(event) => { setChosen(String(event.target.value)); }}
            options={offered.map((one) => ({ value: one.id, label: language === 'en' ? one.name_en || one.name : one.name }))}
            orientation="vertical"
          />
          {single ? null : (
            <Radio.Group
              aria-label={t('format')}
              value={format}
              onChange={(event) => { setFormat(event.target.value as PrintFormat); }}
              options={[{ value: 'pdf', label: t('pdf') }, { value: 'zip', label: t('zip') }]}
              optionType="button"
            />
          )}
          {making ? <span aria-live="polite">{t('making')}</span> : null}
        </Space>
      ) : null}
    </Modal>
  );
}
