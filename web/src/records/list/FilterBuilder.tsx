import { CloseOutlined, PlusOutlined, PlusSquareOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useCallback } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, Operator } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { dateOperatorTexts, operatorTexts } from '@/fields/texts';
import { useTexts } from '@/i18n';
import { FieldPicker } from './FieldPicker';
import { emptyGroup, emptyRule, type Group, type Node, type Rule } from './filterTree';
import { filterable, firstOperator, isDate, keptValue, operatorsOf } from './operators';
import './list.css';
import { filterTexts } from './texts';

const MAX_DEPTH = 5;

/** What narrows the choice: only fields of the object itself with values that stay what they are, and without some. */
interface Choice {
  ownOnly?: boolean;
  without?: ReadonlySet<string>;
}

interface RuleProps extends Choice {
  object: ObjectModel;
  rule: Rule;
  onChange: (rule: Rule) => void;
  onRemove: () => void;
}

function RuleRow({ object, rule, onChange, onRemove, ownOnly, without }: RuleProps) {
  const t = useTexts(filterTexts);
  const operator = useTexts(operatorTexts);
  const dateOperator = useTexts(dateOperatorTexts);
  const model = useModel();
  const field = rule.field ? model.fieldAt(object.name, rule.field) : undefined;
  const Filter = field ? FIELD_WIDGETS[field.type].Filter : undefined;
  const usable = useCallback((one: FieldMeta) => filterable(one) && !without?.has(one.name), [without]);
  const word = (op: Operator) => (field && isDate(field) && op in dateOperatorTexts ? dateOperator(op as keyof typeof dateOperatorTexts) : operator(op));
  return (
    <div className="filter-rule">
      <div className="filter-rule-field">
        <FieldPicker
          object={object}
          value={rule.field}
          usable={usable}
          ownOnly={ownOnly}
          autoFocus={rule.field === undefined}
          onChange={(path) => {
            const chosen = model.fieldAt(object.name, path);
            onChange({ ...rule, field: path, op: chosen ? firstOperator(chosen) : undefined, value: undefined });
          }}
        />
      </div>
      <Select<Operator>
        className="filter-rule-op"
        aria-label={t('operator')}
        popupMatchSelectWidth={false}
        disabled={!field}
        value={rule.op}
        options={(field ? operatorsOf(field) : []).map((op) => ({ value: op, label: word(op) }))}
        onChange={(op) => { onChange({ ...rule, op, value: keptValue(rule.op, op, rule.value) }); }}
      />
      <div className="filter-rule-value">
        {field && rule.op && Filter ? (
          <Filter field={field} operator={rule.op} value={rule.value} fixed={ownOnly} onChange={(value) => { onChange({ ...rule, value }); }} />
        ) : null}
      </div>
      <Button type="text" icon={<CloseOutlined />} aria-label={t('removeRule')} title={t('removeRule')} onClick={onRemove} />
    </div>
  );
}

interface GroupProps extends Choice {
  object: ObjectModel;
  group: Group;
  onChange: (group: Group) => void;
  onRemove?: () => void;
  depth?: number;
}

/** A group of conditions, groups in groups: the whole tree of the filter language. */
export function FilterBuilder({ object, group, onChange, onRemove, depth = 0, ...choice }: GroupProps) {
  const t = useTexts(filterTexts);
  const put = (index: number, node: Node) => { onChange({ ...group, items: group.items.with(index, node) }); };
  const take = (index: number) => { onChange({ ...group, items: group.items.toSpliced(index, 1) }); };
  const add = (node: Node) => { onChange({ ...group, items: [...group.items, node] }); };
  return (
    <div className={depth === 0 ? 'filter-group root' : 'filter-group'}>
      <div className="filter-group-head">
        <Select<'and' | 'or'>
          size="small"
          variant="filled"
          popupMatchSelectWidth={false}
          value={group.join}
          options={[{ value: 'and', label: t('all') }, { value: 'or', label: t('any') }]}
          onChange={(join) => { onChange({ ...group, join }); }}
        />
        <Checkbox checked={group.negated} onChange={(event) => { onChange({ ...group, negated: event.target.checked }); }}>{t('negate')}</Checkbox>
        {onRemove ? <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('removeGroup')} title={t('removeGroup')} onClick={onRemove} /> : null}
      </div>
      {group.items.length === 0 && depth === 0 && !choice.ownOnly ? <div className="filter-nothing">{t('nothing')}</div> : null}
      {group.items.map((item, index) =>
        item.kind === 'rule' ? (
          <RuleRow key={item.key} object={object} {...choice} rule={item} onChange={(rule) => { put(index, rule); }} onRemove={() => { take(index); }} />
        ) : (
          <FilterBuilder key={item.key} object={object} {...choice} group={item} depth={depth + 1} onChange={(inner) => { put(index, inner); }} onRemove={() => { take(index); }} />
        ),
      )}
      <div className="filter-add">
        <Button size="small" icon={<PlusOutlined />} onClick={() => { add(emptyRule()); }}>{t('addRule')}</Button>
        {depth < MAX_DEPTH ? (
          <Button size="small" type="text" icon={<PlusSquareOutlined />} onClick={() => { add(emptyGroup(group.join === 'and' ? 'or' : 'and', [emptyRule()])); }}>
            {t('addGroup')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
