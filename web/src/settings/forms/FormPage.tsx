import { DeleteOutlined, ExportOutlined } from '@ant-design/icons';
import { Alert, Button, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { createRecord, deleteRecord, updateRecord, useDataChanged, useRecord } from '@/api/records';
import { useUser } from '@/api/user';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { AfterTab, ContentTab, EmbedTab } from './FormTabs';
import { fromRecord, newForm, valuesOf, type FormState } from './form';
import { FormPreview } from './FormPreview';
import { QuestionTable } from './QuestionTable';
import { webFormTexts } from './texts';

const FORM = 'web_form';

/** /settings/forms/ID: one form, beside what visitors will see; `new` begins another. */
export function FormPage() {
  const { id = '' } = useParams();
  const fresh = id === 'new';
  const me = useUser();
  const model = useModel();
  const stored = useRecord(FORM, fresh ? undefined : id);
  const object = model.object(FORM);
  const lead = model.object('lead');
  if (stored.isError) return <ErrorState error={stored.error} onRetry={() => void stored.refetch()} />;
  if (!object || !lead || (!fresh && !stored.data)) return <PageSkeleton />;
  const start = stored.data ? fromRecord(stored.data) : newForm(me, lead.fields);
  return <Editor key={`${id}-${String(start.version)}`} object={object} lead={lead} start={start} />;
}

function Editor({ object, lead, start }: { object: ObjectModel; lead: ObjectModel; start: FormState }) {
  const t = useTexts(webFormTexts);
  const c = useTexts(common);
  const navigate = useNavigate();
  const changed = useDataChanged();
  const { done, failed, confirm } = useFeedback();
  const [state, setState] = useState(start);
  const [problems, setProblems] = useState<string[]>([]);
  const [saving, setSaving] = useState(false);
  const change = (changes: Partial<FormState>) => { setState((before) => ({ ...before, ...changes })); };
  const dirty = state.id === undefined || JSON.stringify(valuesOf(state)) !== JSON.stringify(valuesOf(start));
  const save = async () => {
    setSaving(true);
    setProblems([]);
    try {
      const saved = state.id === undefined ? await createRecord(FORM, valuesOf(state)) : await updateRecord(FORM, state.id, valuesOf(state), state.version);
      await changed();
      done(c('saved'));
      if (state.id === undefined) void navigate(`/settings/forms/${saved.record.id}`, { replace: true });
    } catch (error) {
      if (isApiError(error) && error.status < 500 && error.status !== 0) setProblems(Object.values(error.byField()).flat());
      else failed(error);
    } finally {
      setSaving(false);
    }
  };
  const discard = async () => {
    if (state.id === undefined) return;
    if (!(await confirm({ title: t('discardAsk', { name: state.name }), ok: c('delete'), cancel: c('cancel'), danger: true }))) return;
    try {
      await deleteRecord(FORM, state.id);
      await changed();
      void navigate('/settings/forms');
      done(c('deleted'));
    } catch (error) {
      failed(error);
    }
  };
  const address = `${window.location.origin}/forms/${start.key}`;
  return (
    <div className="print-editor">
      <header className="print-editor-head">
        <div>
          <h1>{state.name || t('new')}{dirty ? <Tag>{t('unsaved')}</Tag> : null}{state.active ? null : <Tag>{t('off')}</Tag>}</h1>
        </div>
        <div className="print-editor-actions">
          {state.id === undefined ? null : <Button icon={<ExportOutlined />} href={address} target="_blank" rel="noopener noreferrer">{t('open')}</Button>}
          {state.id === undefined ? null : <Button icon={<DeleteOutlined />} aria-label={t('discard')} title={t('discard')} onClick={() => void discard()} />}
          <Button type="primary" loading={saving} disabled={!dirty} onClick={() => void save()}>{c('save')}</Button>
        </div>
      </header>
      {problems.length > 0 ? <Alert type="error" showIcon className="web-form-problems" title={problems.join(' ')} /> : null}
      <div className="print-editor-body">
        <Tabs
          className="print-editor-tabs"
          items={[
            { key: 'content', label: t('content'), children: <ContentTab object={object} state={state} change={change} /> },
            { key: 'fields', label: t('fields'), children: <QuestionTable lead={lead} questions={state.questions} onChange={(questions) => { change({ questions }); }} /> },
            { key: 'after', label: t('after'), children: <AfterTab state={state} change={change} /> },
            { key: 'embed', label: t('embed'), disabled: state.id === undefined, children: <EmbedTab state={state} change={change} address={address} /> },
          ]}
        />
        <FormPreview lead={lead} state={state} />
      </div>
    </div>
  );
}
