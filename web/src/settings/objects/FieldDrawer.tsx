import { Alert, Button, Checkbox, Collapse, Drawer, Flex, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { proposeName, proposeOptions, tryChanges, useChangeDefinitions, useFieldTypes, useOptionSets, type Changes, type ChangesAnswer, type FieldBody, type ObjectBody } from '@/api/definitions';
import type { FieldType } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { Default } from './Default';
import { BLANK, bodyOf, isBlankLabel, wholeLabel } from './fieldBody';
import { calculatedBy, isCalculated, keptFormula, type FieldKind } from './fieldKinds';
import { LabelInput } from './LabelInput';
import { LinkSettings } from './LinkSettings';
import { OptionsEditor } from './OptionsEditor';
import { ProfileLevels, type Levels } from './ProfileLevels';
import { Notes, Problems } from './Steps';
import { ValueSource, WRITTEN, sourceOf } from './summary';
import { summaryTexts } from './summary/texts';
import { objectsTexts } from './texts';
import { TypeSelect } from './TypeSelect';

interface Props {
  object: string;
  body: ObjectBody;
  /** None: a new one. */
  field?: FieldBody;
  onClose: () => void;
}

const NOWHERE = -1;

/** One field with all its settings; what a change would do to records is told before it is done. */
export function FieldDrawer({ object, body, field, onClose }: Props) {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const sums = useTexts(summaryTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const known = useFieldTypes().data;
  const sets = useOptionSets().data?.option_sets ?? [];
  const { done, failed } = useFeedback();
  const apply = useChangeDefinitions();
  const [open, setOpen] = useState(true);
  const [state, setState] = useState<FieldBody>(field ?? { name: '', type: 'text', label: BLANK });
  const [named, setNamed] = useState(field !== undefined);
  const sections = body.layout?.sections ?? [];
  const [section, setSection] = useState(sections.length > 0 ? 0 : NOWHERE);
  const [levels, setLevels] = useState<Levels>({});
  const [tried, setTried] = useState<ChangesAnswer>();
  const [checking, setChecking] = useState(false);
  const [missing, setMissing] = useState<string>();
  const [valueMissing, setValueMissing] = useState<string>();
  const [proposedMissing, setProposedMissing] = useState<string>();
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (missing ?? tried) told.current?.scrollIntoView({ block: 'start' });
  }, [missing, tried]);
  const stored = useMemo(() => new Set((field?.options ?? []).map(({ value }) => value)), [field]);
  const calculated = sourceOf(state) !== 'written';
  const settings = new Set((known?.get(state.type)?.settings ?? []).filter((one) => !calculated || !WRITTEN.some((written) => written === one)));
  const change = (part: Partial<FieldBody>) => {
    setState({ ...state, ...part });
    setTried(undefined);
    setMissing(undefined);
  };
  const propose = (next: FieldBody) => {
    if (named || isBlankLabel(next.label)) return;
    proposeName(next.label, object, next.type).then((name) => { setState((now) => ({ ...now, name })); }, failed);
  };
  const retype = (type: FieldType) => {
    const next: FieldBody = { ...state, type };
    delete next.default;
    delete next.default_formula;
    delete next.summary;
    delete next.formula;
    Object.assign(next, keptFormula(state, type));
    if (next.formula === undefined) setValueMissing(undefined);
    if (type === 'auto_number' && !next.format) next.format = '{yyyy}{mm}-{0000}';
    if (type !== 'auto_number' && type !== 'integer') delete next.format;
    if ((type === 'select' || type === 'multi_select') && !next.options && !next.option_set) next.options = [];
    change(next);
    propose(next);
    // What is there already becomes the options, so that nothing has to be typed again.
    if (field?.type === 'text' && type === 'select') {
      proposeOptions(object, field.name).then((options) => { setState((now) => (now.type === 'select' && !now.options?.length ? { ...now, options } : now)); }, failed);
    }
  };
  const choose = (kind: FieldKind) => {
    if (!isCalculated(kind)) return void retype(kind);
    const next = calculatedBy(state, kind);
    setValueMissing(sums(kind === 'summary' ? 'summaryNeeded' : 'formulaNeeded'));
    change(next);
    propose(next);
  };
  const incomplete = (): string | undefined => {
    if (isBlankLabel(state.label)) return t('labelNeeded');
    if (state.name.trim() === '') return t('apiNeeded');
    if (settings.has('target') && !state.target) return t('targetNeeded');
    if (settings.has('targets') && !state.targets?.length) return t('targetNeeded');
    if (settings.has('options') && !state.option_set && !state.options?.length) return t('optionsNeeded');
    if (settings.has('options') && state.options?.some((option) => isBlankLabel(option.label))) return t('optionLabelNeeded');
    return valueMissing ?? (settings.has('proposed') ? proposedMissing : undefined);
  };
  const asked = (): Changes => {
    const whole = bodyOf(state, [...settings]);
    const changes: Changes['changes'] = [{ object, field: state.name, body: whole }];
    if (!field && section !== NOWHERE) {
      const shown = sections.map((one, n) => (n === section ? { ...one, fields: [...one.fields, state.name] } : one));
      changes.push({ object, body: { layout: { ...body.layout, sections: shown } } });
    }
    const grants = Object.entries(levels).filter(([, level]) => level !== 'edit').map(([id, level]) => ({ profile_id: id, object, field: state.name, level }));
    return { changes, grants };
  };
  const submit = async () => {
    const wrong = incomplete();
    setMissing(wrong);
    if (wrong) return;
    const changes = asked();
    setChecking(true);
    try {
      if (!tried) {
        const answer = await tryChanges(changes);
        if (answer.problems.length > 0 || answer.steps.some(({ notes, risky }) => risky || notes.length > 0)) {
          setTried(answer);
          return;
        }
      }
      await apply.mutateAsync(changes);
      done(t('fieldSaved', { name: label(wholeLabel(state.label)) }));
      setOpen(false);
    } catch (error) {
      failed(error);
    } finally {
      setChecking(false);
    }
  };
  const refused = (tried?.problems.length ?? 0) > 0;
  const becomes = field && [field.type, ...(known?.get(field.type)?.becomes ?? [])];
  return (
    <Drawer
      open={open}
      onClose={() => { setOpen(false); }}
      afterOpenChange={(shown) => { if (!shown) onClose(); }}
      title={field ? t('editField', { name: label(field.label) }) : t('newField')}
      size={phone ? '100%' : 620}
      footer={
        <Flex justify="flex-end" gap={8}>
          <Button onClick={() => { setOpen(false); }}>{c('cancel')}</Button>
          <Button type="primary" danger={Boolean(tried) && !refused} disabled={refused} loading={checking || apply.isPending} onClick={() => void submit()}>
            {tried && !refused ? t('saveAnyway') : c('save')}
          </Button>
        </Flex>
      }
    >
      <div ref={told} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(); }}>
        {missing ? <Alert type="error" showIcon className="objects-alert" title={missing} /> : null}
        {tried ? <><Problems problems={tried.problems} /><Notes steps={tried.steps} /></> : null}
        <Form layout="vertical" component="div" className="field-form">
          <Form.Item label={t('fieldType')} htmlFor="field-type" extra={becomes?.length === 1 ? t('typeFixed') : undefined}>
            <TypeSelect id="field-type" value={state} types={becomes} calculated={!body.configuration} onChange={choose} />
          </Form.Item>
          <Form.Item label={t('fieldLabel')} htmlFor="field-label" required>
            <LabelInput id="field-label" name={t('fieldLabel')} value={state.label} onChange={(value) => { change({ label: value }); }} onBlur={() => { propose(state); }} autoFocus={!field} />
          </Form.Item>
          <Form.Item label={t('apiName')} htmlFor="field-name" extra={field ? undefined : t('apiHint')}>
            <Input id="field-name" value={state.name} disabled={Boolean(field)} maxLength={48} onChange={(event) => { setNamed(event.target.value !== ''); change({ name: event.target.value }); }} />
          </Form.Item>
          {body.configuration ? null : <ValueSource object={object} value={state} stored={field} onChange={change} onMissing={setValueMissing} />}
          <TypeSettings>
            {settings.has('options') ? (
              <Form.Item label={t('options')} className="wide">
                {sets.length > 0 ? (
                  <Radio.Group
                    size="small"
                    className="options-source"
                    value={state.option_set ? 'set' : 'own'}
                    onChange={(event) => { change(event.target.value === 'set' ? { option_set: sets[0]?.name } : { option_set: undefined, options: state.options ?? [] }); }}
                    options={[{ value: 'own', label: t('ownOptions') }, { value: 'set', label: t('optionSet') }]}
                  />
                ) : null}
                {state.option_set
                  ? <Select aria-label={t('optionSet')} value={state.option_set} options={sets.map(({ name, body: set }) => ({ value: name, label: label(set.label) }))} onChange={(name) => { change({ option_set: name }); }} />
                  : <OptionsEditor value={state.options ?? []} stored={stored} onChange={(options) => { change({ options }); }} />}
              </Form.Item>
            ) : null}
            <LinkSettings object={object} field={state} stored={field !== undefined} settings={settings} onChange={change} onMissing={setProposedMissing} />
            {settings.has('format') && state.type === 'auto_number' ? (
              <Form.Item label={t('numberFormat')} htmlFor="field-format" extra={t('numberFormatHint')}>
                <Input id="field-format" value={state.format ?? ''} maxLength={60} onChange={(event) => { change({ format: event.target.value }); }} />
              </Form.Item>
            ) : null}
            {settings.has('length') && state.type !== 'auto_number' ? (
              <Form.Item label={t('length')} htmlFor="field-length">
                <InputNumber id="field-length" min={1} max={100_000} precision={0} value={state.length ?? null} placeholder={t('usual')} onChange={(value) => { change({ length: value ?? undefined }); }} />
              </Form.Item>
            ) : null}
            {settings.has('scale') ? (
              <Form.Item label={t('scale')} htmlFor="field-scale">
                <InputNumber id="field-scale" min={0} max={10} precision={0} value={state.scale ?? null} placeholder="2" onChange={(value) => { change({ scale: value ?? undefined }); }} />
              </Form.Item>
            ) : null}
            {settings.has('minimum') ? (
              <>
                <Form.Item label={t('minimum')} htmlFor="field-minimum"><Bound id="field-minimum" type={state.type} value={state.minimum} onChange={(minimum) => { change({ minimum }); }} /></Form.Item>
                <Form.Item label={t('maximum')} htmlFor="field-maximum"><Bound id="field-maximum" type={state.type} value={state.maximum} onChange={(maximum) => { change({ maximum }); }} /></Form.Item>
              </>
            ) : null}
            {settings.has('default') ? (
              <Default object={object} field={state} stored={field} computable={settings.has('default_formula')} options={state.option_set ? (sets.find(({ name }) => name === state.option_set)?.body.options ?? []) : (state.options ?? [])} onChange={change} />
            ) : null}
          </TypeSettings>
          <div className="field-flags">
            {(['required', 'unique', 'searchable', 'indexed'] as const).filter((flag) => settings.has(flag)).map((flag) => (
              <Checkbox key={flag} checked={state[flag] === true} onChange={(event) => { change({ [flag]: event.target.checked }); }}>
                {t(flag)}<small>{t(`${flag}Hint`)}</small>
              </Checkbox>
            ))}
            <Checkbox checked={state.summary ? state.tracked === true : state.tracked !== false} onChange={(event) => { change({ tracked: event.target.checked }); }}>{t('tracked')}<small>{t('trackedHint')}</small></Checkbox>
            {state.type === 'integer' ? <Checkbox checked={state.format === 'plain'} onChange={(event) => { change({ format: event.target.checked ? 'plain' : undefined }); }}>{t('plain')}<small>{t('plainHint')}</small></Checkbox> : null}
          </div>
          <Form.Item label={t('help')} htmlFor="field-help" extra={t('helpHint')}>
            <LabelInput id="field-help" name={t('help')} rows={2} value={state.help ?? BLANK} onChange={(value) => { change({ help: value }); }} />
          </Form.Item>
          {field ? null : (
            <>
              {sections.length > 0 ? (
                <Form.Item label={t('section')} htmlFor="field-section">
                  <Select id="field-section" value={section} options={[...sections.map((one, n) => ({ value: n, label: label(one.label) })), { value: NOWHERE, label: t('noSection') }]} onChange={setSection} />
                </Form.Item>
              ) : null}
              <Collapse ghost size="small" items={[{ key: 'profiles', label: t('fieldProfiles'), children: <ProfileLevels value={levels} onChange={setLevels} /> }]} />
            </>
          )}
        </Form>
      </div>
    </Drawer>
  );
}

function TypeSettings({ children }: { children: ReactNode }) {
  return <div className="type-settings">{children}</div>;
}

/** A least or greatest value: of dates a day, else a number. */
function Bound({ id, type, value, onChange }: { id: string; type: FieldType; value: string | number | undefined; onChange: (value: string | undefined) => void }) {
  if (type === 'date' || type === 'datetime') return <Input id={id} type="date" value={value ?? ''} onChange={(event) => { onChange(event.target.value || undefined); }} />;
  return <InputNumber<string> id={id} stringMode value={value === undefined ? null : String(value)} onChange={(next) => { onChange(next ?? undefined); }} />;
}
