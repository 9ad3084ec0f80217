import { Select } from 'antd';
import type { FieldBody } from '@/api/definitions';
import type { FieldType } from '@/api/types';
import { useTexts } from '@/i18n';
import { TYPE_GROUPS } from './fieldBody';
import { CALCULATED, isCalculated, isMeant, type FieldKind } from './fieldKinds';
import { summaryTexts } from './summary/texts';
import { objectsTexts, typeTexts } from './texts';
import { useTypeName } from './useWords';

interface Option {
  value?: FieldKind;
  label: string;
  options?: { value: FieldKind; label: string }[];
}

interface Props {
  id: string;
  value: FieldBody;
  /** The types that a field which is there can have; none: a new one, of any type. */
  types?: FieldType[];
  /** Whether a formula or a roll-up may give the value. */
  calculated: boolean;
  onChange: (kind: FieldKind) => void;
}

/** The type of a field, by subject; a new one may also be chosen by what calculates it. */
export function TypeSelect({ id, value, types, calculated, onChange }: Props) {
  const t = useTexts(objectsTexts);
  const named = useTexts(typeTexts);
  const sources = useTexts(summaryTexts);
  const typeName = useTypeName();
  const option = (kind: FieldKind) => ({ value: kind, label: isCalculated(kind) ? sources(`source_${kind}`) : named(kind) });
  const options: Option[] = types
    ? types.map(option)
    : [
        ...TYPE_GROUPS.map(({ key, types: inside }) => ({ label: t(key), options: inside.map(option) })),
        ...(calculated ? [{ label: t('groupCalculated'), options: CALCULATED.map(option) }] : []),
      ];
  return (
    <Select<FieldKind, Option>
      id={id}
      value={value.type}
      options={options}
      disabled={types?.length === 1}
      onChange={onChange}
      showSearch={{ filterOption: (input, one) => one?.value !== undefined && isMeant(one.value, one.label, input) }}
      labelRender={() => typeName(value)}
      listHeight={400}
    />
  );
}
