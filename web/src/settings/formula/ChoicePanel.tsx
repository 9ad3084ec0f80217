import { ArrowLeftOutlined, RightOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Empty, Input, Segmented, Tooltip } from 'antd';
import { useState } from 'react';
import { useFormulaCatalogue, type FormulaField, type FormulaFunction, type FormulaPurpose } from '@/api/formulas';
import { useLabel, useTexts } from '@/i18n';
import { PageSkeleton } from '@/ui/states';
import { formulaTexts } from './texts';
import { fieldNames, functionNames, matches } from './words';

interface Props {
  object: string;
  purpose: FormulaPurpose;
  /** Puts a text into the formula; the cursor goes `back` from its end. */
  insert: (text: string, back?: number) => void;
}

interface Step {
  object: string;
  prefix: string;
  title: string;
}

/** Fields and functions to choose from, for people who would rather not type. */
export function ChoicePanel({ object, purpose, insert }: Props) {
  const t = useTexts(formulaTexts);
  const [shown, setShown] = useState<'fields' | 'functions'>('fields');
  const [typed, setTyped] = useState('');
  const [path, setPath] = useState<Step[]>([]);
  const at = path.at(-1);
  const go = (next: Step[]) => {
    setPath(next);
    setTyped('');
  };
  return (
    <div className="formula-panel">
      <div className="formula-panel-head">
        <Segmented<'fields' | 'functions'>
          block
          aria-label={`${t('fields')} / ${t('functions')}`}
          value={shown}
          options={[{ value: 'fields', label: t('fields') }, { value: 'functions', label: t('functions') }]}
          onChange={(next) => { setShown(next); setTyped(''); }}
        />
        <Input allowClear prefix={<SearchOutlined />} aria-label={t('search')} placeholder={t('search')} value={typed} onChange={(event) => { setTyped(event.target.value); }} />
        {shown === 'fields' && at ? (
          <Button type="text" size="small" className="formula-back" icon={<ArrowLeftOutlined />} onClick={() => { go(path.slice(0, -1)); }}>{at.title}</Button>
        ) : null}
      </div>
      {shown === 'fields' ? (
        <Fields key={at?.prefix ?? ''} object={at?.object ?? object} root={!at} purpose={purpose} typed={typed} prefix={at?.prefix ?? ''} insert={insert} into={(step) => { go([...path, step]); }} />
      ) : (
        <Functions object={object} purpose={purpose} typed={typed} insert={insert} />
      )}
    </div>
  );
}

interface FieldsProps extends Props {
  /** Whether it is the formula's own object, where one may also begin with the current user. */
  root: boolean;
  typed: string;
  prefix: string;
  into: (step: Step) => void;
}

function Fields({ object, purpose, root, typed, prefix, insert, into }: FieldsProps) {
  const t = useTexts(formulaTexts);
  const catalogue = useFormulaCatalogue(object, purpose);
  if (!catalogue.data) return <PageSkeleton />;
  const found = catalogue.data.fields.filter((field) => matches(typed, fieldNames(field)) > 0);
  const me = root && matches(typed, ['$user', t('me')]) > 0;
  if (found.length === 0 && !me) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('nothing')} />;
  return (
    <ul className="formula-list">
      {found.map((field) => <FieldRow key={field.name} field={field} prefix={prefix} insert={insert} into={into} />)}
      {me ? (
        <li>
          <Row name={t('me')} code="$user" onClick={() => { into({ object: 'user', prefix: '$user.', title: t('me') }); }} leads />
        </li>
      ) : null}
    </ul>
  );
}

function FieldRow({ field, prefix, insert, into }: { field: FormulaField; prefix: string; insert: Props['insert']; into: FieldsProps['into'] }) {
  const t = useTexts(formulaTexts);
  const label = useLabel();
  const { target, step } = field;
  const name = label(field.label);
  const behind = target && step ? { object: target, prefix: `${prefix}${step}.`, title: name } : undefined;
  return (
    <li>
      {field.kind === null ? (
        field.parts.map((part) => <Row key={part} name={`${name} · ${part}`} code={`${field.name}.${part}`} onClick={() => { insert(`${prefix}${field.name}.${part}`); }} />)
      ) : (
        <Row name={name} code={field.name} onClick={() => { insert(`${prefix}${field.name}`); }} />
      )}
      {behind ? (
        <Tooltip title={t('into', { name })}>
          <Button type="text" size="small" icon={<RightOutlined />} aria-label={t('into', { name })} onClick={() => { into(behind); }} />
        </Tooltip>
      ) : null}
      {field.options.length > 0 ? (
        <div className="formula-options" aria-label={t('optionsOf')}>
          {field.options.slice(0, 12).map((option) => (
            <button key={option.value} type="button" title={option.value} onClick={() => { insert(`"${option.value}"`); }}>{label(option.label)}</button>
          ))}
        </div>
      ) : null}
    </li>
  );
}

function Row({ name, code, onClick, leads }: { name: string; code: string; onClick: () => void; leads?: boolean }) {
  const t = useTexts(formulaTexts);
  return (
    <button type="button" className="formula-row" aria-label={t(leads ? 'into' : 'insert', { name })} onClick={onClick}>
      <span>{name}</span>
      <code>{code}</code>
      {leads ? <RightOutlined /> : null}
    </button>
  );
}

function Functions({ object, purpose, typed, insert }: Props & { typed: string }) {
  const t = useTexts(formulaTexts);
  const label = useLabel();
  const catalogue = useFormulaCatalogue(object, purpose);
  if (!catalogue.data) return <PageSkeleton />;
  const found = catalogue.data.functions.filter((one) => matches(typed, functionNames(one)) > 0);
  if (found.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('nothing')} />;
  const groups = new Map<string, FormulaFunction[]>();
  for (const one of found) groups.set(label(one.group_label), [...(groups.get(label(one.group_label)) ?? []), one]);
  return (
    <div className="formula-list">
      {[...groups].map(([group, functions]) => (
        <section key={group}>
          <h4>{group}</h4>
          {functions.map((one) => {
            const signature = label(one.signature);
            return (
              <button key={one.name} type="button" className="formula-function" aria-label={t('insert', { name: one.name })} onClick={() => { insert(`${one.name}()`, signature.endsWith('()') ? 0 : 1); }}>
                <code>{signature}</code>
                <span>{label(one.help)}</span>
              </button>
            );
          })}
        </section>
      ))}
    </div>
  );
}
