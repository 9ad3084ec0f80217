import { Alert, Button, Drawer, Modal, Space, Tag } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { creatableTypes, RECORD_TYPE, typeOf, unfitting } from '@/api/arrangement';
import type { BatchBody } from '@/api/batch';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecord } from '@/api/records';
import type { RecordAnswer, RecordTypeMeta, SavedRecord, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { SimulationDialog } from '@/settings';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { FormDuplicates } from '@/records/duplicates';
import { useIsPhone } from '@/ui/useViewport';
import { ConflictChoice } from './ConflictChoice';
import { FormFields } from './FormFields';
import { formTexts } from './texts';
import { TypeChoice } from './TypeChoice';
import { useRecordForm } from './useRecordForm';
import './form.css';

interface Props {
  object: string;
  id?: string;
  initial?: Values;
  partBy?: string;
  onSaved?: (saved: SavedRecord) => void;
  open: boolean;
  onClose: () => void;
  /** The drawer is out of sight. */
  onClosed: () => void;
}

/** The one form of all objects, in a drawer, for a part of a record in a dialog: it waits for the record that it edits, then is drawn from the layout. */
export default function RecordFormDrawer(props: Props) {
  const object = useModel().object(props.object);
  const stored = useRecord(props.object, props.id);
  const [type, setType] = useState<string>();
  if (!object) return null;
  const fresh = props.id === undefined && props.initial?.[RECORD_TYPE] === undefined;
  const types = fresh ? typesFor(object, props.initial ?? {}) : [];
  if (fresh && type === undefined && types.length > 1) return <TypeChoice object={object} types={types} open={props.open} onClose={props.onClose} onClosed={props.onClosed} onChoose={setType} />;
  if (props.id !== undefined && !stored.data) {
    return (
      <Drawer open={props.open} onClose={props.onClose} size={720}>
        {stored.isError ? <ErrorState error={stored.error} /> : <PageSkeleton />}
      </Drawer>
    );
  }
  const chosen = type ?? (types.length === 1 ? types[0]?.name : undefined);
  const initial = chosen === undefined ? props.initial : { ...props.initial, [RECORD_TYPE]: chosen };
  return <LoadedForm {...props} initial={initial} model={object} stored={props.id === undefined ? undefined : stored.data} />;
}

/** The types that a new record may be of: those that offer what it starts with (the stage of a board's column), else all. */
function typesFor(object: ObjectModel, initial: Values): RecordTypeMeta[] {
  const types = creatableTypes(object);
  const fitting = types.filter((one) => unfitting(object, one, initial).length === 0);
  return fitting.length > 0 ? fitting : types;
}

function LoadedForm({ model, stored, initial, partBy, onSaved, open, onClose, onClosed }: Props & { model: ObjectModel; stored: RecordAnswer | undefined }) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const navigate = useNavigate();
  const { done, confirm } = useFeedback();
  // What was read when the form opened is what the person has seen: a refresh behind it must not move the version.
  const [seen] = useState(stored);
  const form = useRecordForm(model, seen, initial ?? {}, partBy);

  const leave = async () => {
    const question = { title: t('discardTitle'), content: t('discardHint'), ok: t('discard'), cancel: t('stay'), danger: true };
    if (!form.dirty || (await confirm(question))) onClose();
  };
  const body = useRef<HTMLDivElement>(null);
  const [refusals, setRefusals] = useState(0);
  const [tried, setTried] = useState<BatchBody>();
  useEffect(() => {
    if (refusals > 0) showWrong(body.current);
  }, [refusals]);
  const finish = (saved: SavedRecord | null, again: boolean) => {
    if (!saved) {
      setRefusals((n) => n + 1);
      return;
    }
    done(t('saved', { object: label(model.label) }));
    onSaved?.(saved);
    if (again) form.reset();
    else onClose();
  };
  const save = async (again = false) => { finish(await form.save(), again); };

  const saving = useRef(save);
  useEffect(() => { saving.current = save; });
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void saving.current();
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  }, [open]);

  const general = [...(form.problems[''] ?? []), ...hidden(form.problems, form.sections.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  const close = () => void leave();
  const type = typeOf(model, form.values);
  const actions = (
    <Space className="form-actions">
      <Button onClick={close}>{t('cancel')}</Button>
      {model.decides_access ? <Button disabled={form.saving} onClick={() => { setTried(form.batch() ?? undefined); }}>{t('preview')}</Button> : null}
      {stored ? null : <Button disabled={form.saving} onClick={() => void save(true)}>{t(partBy ? 'saveAndNext' : 'saveAndNew')}</Button>}
      <Button type="primary" loading={form.saving} title="Ctrl+Enter" onClick={() => void save()}>{t(partBy ? 'add' : 'save')}</Button>
    </Space>
  );
  const content = (
    <>
      <div ref={body}>
        {Object.keys(form.problems).length > 0 ? (
          <Alert type="error" showIcon className="form-problems" message={general.length > 0 ? general.join(' ') : t('notSaved')} />
        ) : null}
        <FormDuplicates
          object={model}
          id={seen?.record.id}
          values={form.values}
          dirty={form.dirty}
          refusal={form.duplicate}
          onTaken={(hit) => { onClose(); void navigate(`/o/${hit.object}/${hit.id}`); }}
          onGoOn={() => void form.save(form.duplicate?.hits.map(({ id }) => id)).then((saved) => { finish(saved, false); })}
        />
        <FormFields object={model} cleared={form.cleared} sections={form.sections} values={form.values} names={form.names} problems={form.problems} filled={form.filled} onFilled={form.fill} onChange={form.change} />
      </div>
      {tried ? (
        <Suspense>
          <SimulationDialog batches={[tried]} saving={form.saving} onClose={() => { setTried(undefined); }} onSave={() => void save().finally(() => { setTried(undefined); })} />
        </Suspense>
      ) : null}
      {form.conflict ? (
        <ConflictChoice
          object={model}
          fields={form.conflict.fields}
          mine={{ ...form.values }}
          theirs={form.conflict.theirs}
          onCancel={form.dropConflict}
          onChoose={(mine) => void form.resolve(mine).then((saved) => { finish(saved, false); })}
        />
      ) : null}
    </>
  );
  // By itself it takes the focus back when it has moved out, from whoever has begun to type elsewhere by then.
  const moving = {
    focusable: { autoFocus: false, focusTriggerAfterClose: false },
    afterOpenChange: (visible: boolean) => {
      focusFirst(visible);
      if (!visible) onClosed();
    },
  };
  if (partBy) {
    return (
      <Modal {...moving} open={open} onCancel={close} width={560} className="record-form" title={t('addOf', { object: label(model.label) })} maskClosable={false} footer={actions}>
        {content}
      </Modal>
    );
  }
  return (
    <Drawer
      {...moving}
      open={open}
      onClose={close}
      size={phone ? '100%' : 720}
      className="record-form"
      title={<>{t(stored ? 'editOf' : 'newOf', { object: label(model.label) })}{type ? <Tag className="form-type">{label(type.label)}</Tag> : null}</>}
      maskClosable={false}
      footer={actions}
    >
      {content}
    </Drawer>
  );
}

/** Lead the eye to what was refused: the first field that is wrong, ready to be typed into, else the sentence at the head. */
function showWrong(body: HTMLElement | null): void {
  const wrong = body?.querySelector<HTMLElement>('.ant-form-item-has-error');
  (wrong ?? body?.querySelector('.form-problems, .form-duplicates'))?.scrollIntoView({ block: 'center' });
  // A date's calendar would open over the sentence.
  wrong?.querySelector<HTMLElement>('input:not(.ant-picker input), textarea')?.focus({ preventScroll: true });
}

/** Sentences about fields that the form does not show: they stand at its head instead. */
function hidden(problems: Record<string, string[]>, shown: string[]): string[] {
  return Object.entries(problems).flatMap(([name, texts]) => (name === '' || shown.includes(name) ? [] : texts));
}
