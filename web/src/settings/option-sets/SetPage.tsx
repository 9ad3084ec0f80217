import { DeleteOutlined, PlusOutlined, TableOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer, Form, Input, Segmented, Select, Tag, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { tryChanges, useChangeDefinitions } from '@/api/definitions';
import { isApiError } from '@/api/errors';
import { useListedSets, useOptionSet, type OptionSetAnswer } from '@/api/optionSets';
import { useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { bodyOf, coded, draftOf, emptyDraft, missingIn, newOption, sharedColors, type OptionDraft, type SetDraft } from './draft';
import { MatrixTable } from './MatrixTable';
import { OptionsTable } from './OptionsTable';
import { SetTree } from './SetTree';
import { optionSetTexts } from './texts';
import { UseTags } from './UseTags';

const NEW = 'new';
const MATRIX_MAX = 60;

/** One set: what it is called, what it depends on, and its options. */
export function SetPage() {
  const { name = '' } = useParams();
  const found = useOptionSet(name === NEW ? undefined : name);
  if (name === NEW) return <Editor key={NEW} set={undefined} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageSkeleton />;
  return <Editor key={`${name}-${String(found.dataUpdatedAt)}`} set={found.data} />;
}

function Editor({ set }: { set: OptionSetAnswer | undefined }) {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const { language } = useSettings();
  const phone = useIsPhone();
  const navigate = useNavigate();
  const { done, failed, confirm } = useFeedback();
  const change = useChangeDefinitions();
  const sets = useListedSets();
  const begin = (): SetDraft => (set ? draftOf(set) : emptyDraft());
  const [start, setStart] = useState(begin);
  const [draft, setDraft] = useState(start);
  const [problems, setProblems] = useState<string[]>([]);
  const [view, setView] = useState<'list' | 'tree'>('list');
  const [matrix, setMatrix] = useState(false);
  const above = useOptionSet(draft.controlledBy ?? undefined).data;
  const readOnly = set?.preset ?? false;
  const dirty = JSON.stringify(draft) !== JSON.stringify(start);
  const title = set ? label(set.label) : t('add');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const edit = (changes: Partial<SetDraft>) => { setDraft((before) => ({ ...before, ...changes })); };

  const save = async () => {
    const missing = missingIn(draft);
    if (missing) {
      setProblems([t(missing.text, 'code' in missing ? { code: missing.code } : {})]);
      return;
    }
    try {
      await change.mutateAsync({ changes: [{ option_set: draft.name, body: bodyOf(draft) }] });
      setProblems([]);
      done(t('saved'));
      if (set) setStart(draft);
      else void navigate(`/settings/option-sets/${draft.name}`, { replace: true });
    } catch (error) {
      if (isApiError(error) && error.problems.length > 0) setProblems([...new Set(error.problems.map((problem) => problem.detail))]);
      else failed(error);
    }
  };
  const removeOption = async (option: OptionDraft) => {
    const options = draft.options.filter((one) => one.key !== option.key);
    if (!option.stored) {
      edit({ options });
      return;
    }
    const tried = await tryChanges({ changes: [{ option_set: draft.name, body: bodyOf({ ...begin(), options: begin().options.filter((one) => one.key !== option.key) }) }] }).catch((error: unknown) => {
      failed(error);
      return null;
    });
    if (!tried) return;
    if (tried.problems.length === 0) {
      edit({ options });
      return;
    }
    const reason = [...new Set(tried.problems.map((problem) => problem.detail))].slice(0, 3).join(' ');
    const off = await confirm({ title: t('inUseTitle', { name: label(option.label) }), content: t('inUseHint', { reason }), ok: t('disable'), cancel: t('discard') });
    if (off) edit({ options: draft.options.map((one) => (one.key === option.key ? { ...one, active: false, default: false } : one)) });
  };
  const removeSet = async () => {
    if (!(await confirm({ title: t('deleteAsk', { name: title }), content: t('deleteHint'), ok: t('remove'), cancel: t('discard'), danger: true }))) return;
    try {
      await change.mutateAsync({ changes: [{ option_set: draft.name, body: null }] });
      done(t('deleted'));
      void navigate('/settings/option-sets');
    } catch (error) {
      failed(error);
    }
  };
  const uses = set?.used_by ?? [];
  // Only where colours are all that tells options apart: on the maps.
  const colors = draft.name === 'contact_role' ? sharedColors(draft.options) : [];
  const twins = draft.options.filter((option) => option.active !== false && colors.includes(option.color ?? ''));
  const choices = (sets.data ?? []).filter((one) => one.name !== draft.name).map((one) => ({ value: one.name, label: label(one.label), title: label(one.label) }));
  const wide = above && above.options.length <= MATRIX_MAX && draft.options.length <= MATRIX_MAX;

  return (
    <div className="sets">
      <header className="sets-head">
        <div>
          <h1>{title} {readOnly ? <Tag>{t('preset')}</Tag> : null}</h1>
          {readOnly ? <p>{t('presetHint')}{set?.single ? ` ${t('singleHint')}` : ''}{set?.help ? ` ${label(set.help)}` : ''}</p> : null}
        </div>
        {set && !readOnly ? (
          <Tooltip title={uses.length > 0 ? t('usedDelete') : undefined}>
            <Button icon={<DeleteOutlined />} danger disabled={uses.length > 0} onClick={() => void removeSet()}>{t('deleteSet')}</Button>
          </Tooltip>
        ) : null}
      </header>
      {problems.length > 0 ? (
        <Alert type="error" showIcon style={{ marginBottom: 12 }} message={t('problems')} description={<ul style={{ margin: 0, paddingInlineStart: 18 }}>{problems.map((text) => <li key={text}>{text}</li>)}</ul>} />
      ) : null}
      {readOnly ? null : (
        <Form layout="vertical" component="div" className="set-form">
          <Form.Item label={t('nameZh')} required={language === 'zh'} htmlFor="set-zh"><Input id="set-zh" value={draft.zh} maxLength={200} onChange={(event) => { edit({ zh: event.target.value }); }} /></Form.Item>
          <Form.Item label={t('nameEn')} required={language === 'en'} htmlFor="set-en"><Input id="set-en" value={draft.en} maxLength={200} onChange={(event) => { edit({ en: event.target.value }); }} /></Form.Item>
          <Form.Item label={t('code')} required htmlFor="set-code" tooltip={t('codeHint')}>
            <Input id="set-code" value={draft.name} disabled={set !== undefined} maxLength={48} onChange={(event) => { edit({ name: event.target.value.trim().toLowerCase() }); }} />
          </Form.Item>
          <Form.Item label={t('help')} htmlFor="set-help"><Input id="set-help" value={draft.help} maxLength={500} onChange={(event) => { edit({ help: event.target.value }); }} /></Form.Item>
          <Form.Item label={t('controlledBy')} tooltip={t('controlledByHint')} htmlFor="set-above">
            <Select<string>
              id="set-above" allowClear placeholder={t('none')} value={draft.controlledBy ?? undefined} options={choices} showSearch={{ optionFilterProp: 'title' }}
              onChange={(name: string | undefined) => { edit({ controlledBy: name ?? null, options: draft.options.map((option) => ({ ...option, shown_for: null })) }); }}
            />
          </Form.Item>
        </Form>
      )}
      <Form.Item label={t('used')} style={{ marginBottom: 10 }}>
        {uses.length > 0 ? <UseTags uses={uses} /> : <span style={{ color: 'var(--ink-3)' }}>{t('unused')}</span>}
      </Form.Item>
      {readOnly || twins.length === 0 ? null : <Alert type="warning" showIcon style={{ marginBottom: 12 }} message={t('sameColor', { names: twins.map((option) => label(option.label)).join(t('comma')) })} />}
      <div className="set-tools">
        {set?.controlled_by ? <Segmented<'list' | 'tree'> value={view} onChange={setView} options={[{ value: 'list', label: t('list') }, { value: 'tree', label: t('tree') }]} /> : null}
        {readOnly ? null : <Button icon={<PlusOutlined />} onClick={() => { edit({ options: [...draft.options, newOption()] }); }}>{t('addOption')}</Button>}
        {!readOnly && wide ? <Button icon={<TableOutlined />} onClick={() => { edit({ options: coded(draft.options) }); setMatrix(true); }}>{t('matrix')}</Button> : null}
      </div>
      {set && view === 'tree' ? <SetTree set={set} /> : (
        <OptionsTable options={draft.options} above={draft.controlledBy ? (above?.options ?? []) : undefined} readOnly={readOnly} onChange={(options) => { edit({ options }); }} onRemove={(option) => void removeOption(option)} />
      )}
      {readOnly ? null : (
        <footer className="set-foot">
          {dirty ? <span>{t('unsaved')}</span> : null}
          <Button disabled={!dirty} onClick={() => { setDraft(start); setProblems([]); }}>{t('discard')}</Button>
          <Button type="primary" disabled={!dirty} loading={change.isPending} onClick={() => void save()}>{t('save')}</Button>
        </footer>
      )}
      <Drawer open={matrix} onClose={() => { setMatrix(false); }} title={t('matrixTitle')} size={phone ? '100%' : 820}>
        <MatrixTable
          controlling={(above?.options ?? []).map((option) => ({ value: option.value, label: label(option.label) }))}
          options={draft.options}
          shown={Object.fromEntries(draft.options.map((option) => [option.value, option.shown_for ?? undefined]))}
          onChange={(shown) => { edit({ options: draft.options.map((option) => ({ ...option, shown_for: shown[option.value] ?? null })) }); }}
        />
      </Drawer>
    </div>
  );
}
