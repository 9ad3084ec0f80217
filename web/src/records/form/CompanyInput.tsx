import { BankOutlined } from '@ant-design/icons';
import { AutoComplete, Input } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { fillIn, useCompanies, type Company, type FilledIn } from '@/api/registries';
import type { FieldMeta, Values } from '@/api/types';
import { decidingValues, isBlank } from '@/fields';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useDebounced } from '@/ui/useDebounced';
import { formTexts } from './texts';

interface Props {
  id: string;
  object: ObjectModel;
  field: FieldMeta;
  values: Values;
  autoFocus?: boolean;
  status?: 'error';
  onChange: (value: string | null) => void;
  /** A company was picked: what of it goes into the form. */
  onFilled: (found: FilledIn) => void;
}

const DELAY_MS = 350;

/** A company's name: two characters bring the registered companies like it; the one that is picked fills in the form. */
export function CompanyInput({ id, object, field, values, autoFocus, status, onChange, onFilled }: Props) {
  const t = useTexts(formTexts);
  const { failed } = useFeedback();
  const text = typeof values[field.name] === 'string' ? (values[field.name] as string) : '';
  // Only what is typed is looked up: a name that was there, or was just picked, is no question.
  const [typed, setTyped] = useState('');
  const [filling, setFilling] = useState(false);
  const settled = useDebounced(typed.trim(), DELAY_MS);
  const found = useCompanies(object.name, settled);
  const current = typed.trim() === settled && settled !== '' ? found.data : undefined;
  const provider = current?.provider;
  const options = (current?.companies ?? []).map((one) => ({ value: one.ref, label: <CompanyLine company={one} /> }));

  const pick = async (ref: string) => {
    if (!provider) return;
    setTyped('');
    setFilling(true);
    try {
      const taken = Object.keys(values).filter((name) => !isBlank(values[name]) && values[name] !== false);
      onFilled(await fillIn(object.name, provider.id, ref, taken, decidingValues(object, values)));
    } catch (error) {
      // The name at least is known; the rest is entered by hand.
      onChange(current.companies.find((one) => one.ref === ref)?.name ?? text);
      failed(error);
    } finally {
      setFilling(false);
    }
  };
  const told = current?.notes.map(({ detail }) => detail).join(' ');
  return (
    <>
      <AutoComplete
        id={id}
        className="company-input"
        value={text}
        options={options}
        open={options.length > 0}
        onBlur={() => { setTyped(''); }}
        defaultActiveFirstOption={false}
        showSearch={{ filterOption: false, onSearch: (value) => { setTyped(value); onChange(value === '' ? null : value); } }}
        onSelect={(ref: string) => { void pick(ref); }}
        notFoundContent={null}
      >
        <Input
          maxLength={field.length ?? undefined}
          status={status}
          autoFocus={autoFocus}
          autoComplete="off"
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || options.length === 0) return;
            // Closes the list, not the form.
            event.stopPropagation();
            setTyped('');
          }}
          suffix={<BankOutlined spin={filling} className="company-mark" title={t('fromRegistry')} />}
        />
      </AutoComplete>
      {told ? <div className="company-note">{told}</div> : null}
    </>
  );
}

function CompanyLine({ company }: { company: Company }) {
  const { credit_code: code, legal_representative: person, status } = company.facts;
  return (
    <div className="company-line">
      <span>{company.name}</span>
      <span className="company-facts">{[code, person, status].filter(Boolean).join(' · ')}</span>
    </div>
  );
}
