import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Segmented, Select } from 'antd';
import { useCallback, useState } from 'react';
import type { ProposedBody } from '@/api/definitions';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { emptyGroup, emptyRule, FieldPicker, FilterBuilder, fromJson, toJson, type Group } from '@/records/list';
import { agree, comparable, draftOf, EMPTY, isWhole, markable, parentIn, whereOf, type Pair, type ProposedDraft } from './draft';
import './proposed.css';
import { proposedTexts } from './texts';

interface Props {
  /** The object whose field it is. */
  object: ObjectModel;
  /** The object that is looked up to. */
  target: ObjectModel;
  value?: ProposedBody;
  /** `missing`: what is still to be said, where it is incomplete. */
  onChange: (value: ProposedBody | undefined, missing?: string) => void;
}

/** What pickers of a lookup offer first: by fields of the record that is being filled in, in words instead of a filter. */
export function ProposedEditor({ object, target, value, onChange }: Props) {
  const t = useTexts(proposedTexts);
  const label = useLabel();
  const model = useModel();
  const parentOf = parentIn(model, target.name);
  const [draft, setDraft] = useState(() => value && draftOf(value.where, parentOf));
  const [group, setGroup] = useState<Group | null>(() => (draft?.fixed ? fromJson(draft.fixed) : null));
  const [mark, setMark] = useState(value?.mark);
  const names = { target: label(target.label), object: label(object.label) };
  const put = (next: ProposedDraft | undefined, shown = mark) => {
    setDraft(next);
    setMark(shown);
    const where = next && whereOf(next, parentOf);
    const whole = next?.pairs.every(isWhole) ?? true;
    onChange(where && { where, ...(shown ? { mark: shown } : {}) }, next && (!where || !whole) ? t('needed') : undefined);
  };
  const begin = () => {
    setGroup(null);
    // The usual case is ready at once: what both lead to, such as the account of a contact and of a deal.
    const fields = target.fields.filter((one) => comparable(one) && !one.system && one.type === 'lookup');
    const found = fields.flatMap((one) => object.fields.filter((other) => !other.system && comparable(other) && other.name !== 'owner_id' && agree(one, other)).map((other) => ({ field: one.name, from: other.name })))[0];
    put({ ...EMPTY, pairs: [{ ...found, related: false }] });
  };
  const putGroup = (next: Group | null) => {
    setGroup(next);
    if (draft) put({ ...draft, fixed: next && toJson(next) });
  };
  const some = value !== undefined || draft !== undefined;
  return (
    <Form.Item label={t('title')} className="wide" extra={some ? undefined : t('hint')}>
      <Segmented<'all' | 'some'>
        aria-label={t('title')}
        value={some ? 'some' : 'all'}
        options={[{ value: 'all', label: t('all') }, { value: 'some', label: t('some') }]}
        onChange={(which) => { if (which === 'some') begin(); else put(undefined, undefined); }}
      />
      {some && !draft ? <Alert type="info" className="proposed-beyond" title={t('beyond')} action={<Button size="small" onClick={begin}>{t('replace')}</Button>} /> : null}
      {draft ? (
        <div className="proposed-form" role="group" aria-label={t('title')}>
          {draft.pairs.length > 1 ? (
            <Segmented<'and' | 'or'>
              size="small"
              aria-label={t('join')}
              value={draft.join}
              options={[{ value: 'and', label: t('and') }, { value: 'or', label: t('or') }]}
              onChange={(join) => { put({ ...draft, join }); }}
            />
          ) : null}
          {draft.pairs.map((pair, n) => (
            <PairRow
              key={n}
              object={object}
              target={target}
              pair={pair}
              remove={draft.pairs.length > 1 || group ? t('remove', { n: n + 1 }) : undefined}
              onRemove={() => { put({ ...draft, pairs: draft.pairs.toSpliced(n, 1) }); }}
              onChange={(next) => { put({ ...draft, pairs: draft.pairs.with(n, next) }); }}
            />
          ))}
          <div className="proposed-more">
            <Button size="small" icon={<PlusOutlined />} onClick={() => { put({ ...draft, pairs: [...draft.pairs, { related: false }] }); }}>{t('add')}</Button>
            {group ? null : <Button size="small" type="text" onClick={() => { putGroup(emptyGroup('and', [emptyRule()])); }}>{t('addFixed')}</Button>}
          </div>
          {group ? (
            <div className="proposed-fixed">
              <div className="proposed-words">{t('fixed', names)}</div>
              <FilterBuilder object={target} group={group} onChange={(next) => { putGroup(next.items.length > 0 ? next : null); }} />
            </div>
          ) : null}
          <div className="proposed-mark">
            <div className="proposed-words">{t('mark')}</div>
            <FieldPicker object={target} label={t('mark')} value={mark} usable={markable} allowClear onChange={(path) => { put(draft, path); }} />
            <small>{t('markHint')}</small>
          </div>
          <small>{t('hint')} {draft.pairs.length > 0 ? t('blank', names) : null}</small>
        </div>
      ) : null}
    </Form.Item>
  );
}

interface PairProps {
  object: ObjectModel;
  target: ObjectModel;
  pair: Pair;
  /** The words for taking it away, where one may. */
  remove: string | undefined;
  onRemove: () => void;
  onChange: (pair: Pair) => void;
}

function PairRow({ object, target, pair, remove, onRemove, onChange }: PairProps) {
  const t = useTexts(proposedTexts);
  const label = useLabel();
  const model = useModel();
  const theirs = pair.field === undefined ? undefined : model.fieldAt(target.name, pair.field);
  const fitting = useCallback((field: FieldMeta) => comparable(field) && (!theirs || agree(theirs, field)), [theirs]);
  const nested = pair.field !== undefined && parentIn(model, target.name)(pair.field) !== undefined;
  const choose = (field: string) => {
    const [chosen, mine] = [model.fieldAt(target.name, field), pair.from === undefined ? undefined : model.fieldAt(object.name, pair.from)];
    const kept = chosen && mine && agree(chosen, mine) ? pair.from : undefined;
    onChange({ field, from: kept, related: pair.related && parentIn(model, target.name)(field) !== undefined });
  };
  return (
    <div className="proposed-pair">
      <label>
        <span>{t('ofTarget', { target: label(target.label) })}</span>
        <FieldPicker object={target} label={t('ofTarget', { target: label(target.label) })} value={pair.field} usable={comparable} onChange={choose} />
      </label>
      <Select
        aria-label={t('how')}
        value={pair.related ? 'related' : 'same'}
        options={[{ value: 'same', label: t('same') }, ...(nested ? [{ value: 'related', label: t('related') }] : [])]}
        popupMatchSelectWidth={false}
        onChange={(how: string) => { onChange({ ...pair, related: how === 'related' }); }}
      />
      <label>
        <span>{t('ofThis', { object: label(object.label) })}</span>
        <FieldPicker object={object} label={t('ofThis', { object: label(object.label) })} value={pair.from} usable={fitting} onChange={(from) => { onChange({ ...pair, from }); }} />
      </label>
      {remove ? <Button type="text" size="small" icon={<CloseOutlined />} aria-label={remove} title={remove} onClick={onRemove} /> : null}
    </div>
  );
}
