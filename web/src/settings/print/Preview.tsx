import { Alert, Spin } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { usePrintPreview } from '@/api/prints';
import { LookupPicker } from '@/fields';
import { useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { useDebounced } from '@/ui/useDebounced';
import { previewOf, type TemplateState } from './template';
import { templateTexts } from './texts';

const LATER = 700;
const PART_WORDS = { header: 'inHeader', body: 'inBody', footer: 'inFooter' } as const;

/** The document that the template gives on a real record, as it is being written. */
export function Preview({ object, state }: { object: ObjectModel; state: TemplateState }) {
  const t = useTexts(templateTexts);
  const [record, setRecord] = useState<string | null>(null);
  const asked = JSON.stringify(previewOf(state, record));
  const settled = useDebounced(asked, LATER);
  const body = JSON.parse(settled) as ReturnType<typeof previewOf>;
  const preview = usePrintPreview(body, body.body.trim() !== '');
  const busy = settled !== asked || preview.isFetching;
  return (
    <section className="print-preview" aria-label={t('preview')} aria-busy={busy}>
      <header>
        <LookupPicker
          object={object.name}
          label={t('previewRecord')}
          placeholder={t('newest')}
          value={record ? [record] : []}
          onChange={(ids) => { setRecord(ids[0] ?? null); }}
          allowClear
          size="small"
        />
        <span className="print-preview-state" aria-live="polite">
          {busy ? <><Spin size="small" /> {t('drawing')}</> : preview.data ? t('seconds', { n: preview.data.seconds }) : null}
        </span>
      </header>
      {preview.data?.problems.map((problem) => (
        <Alert
          key={`${problem.part}-${problem.detail}`}
          type="error"
          showIcon
          title={problem.part in PART_WORDS ? `${t(PART_WORDS[problem.part as keyof typeof PART_WORDS])}：${problem.detail}` : problem.detail}
        />
      ))}
      {preview.isError ? <ErrorState error={preview.error} onRetry={() => void preview.refetch()} /> : null}
      {preview.data?.pages.map((page, n) => <img key={n} src={page} alt={t('page', { n: n + 1 })} className="print-page" />)}
      {preview.data?.pages.length === 0 ? <p className="print-no-pages">{t('noPages')}</p> : null}
    </section>
  );
}
