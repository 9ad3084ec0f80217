import { Checkbox } from 'antd';
import type { Option } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { OptionTag } from '@/ui/OptionTag';
import { columnToggled, isShown, rowToggled, toggled, type Shown } from './matrix';
import { optionSetTexts } from './texts';

interface Props {
  /** The values of the controlling field, in its order. */
  controlling: { value: string; label: string }[];
  options: Option[];
  shown: Shown;
  onChange: (shown: Shown) => void;
  disabled?: boolean;
}

/** Controlling values above, options at the left, a tick where the option is offered. */
export function MatrixTable({ controlling, options, shown, onChange, disabled }: Props) {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const values = controlling.map(({ value }) => value);
  const names = options.map(({ value }) => value);
  return (
    <>
      <p className="matrix-hint">{t('matrixHint')}</p>
      <div className="matrix-scroll">
        <table className="matrix">
          <thead>
            <tr>
              <td />
              {controlling.map((column) => (
                <th key={column.value} scope="col">
                  <button type="button" className="plain-button" disabled={disabled} onClick={() => { onChange(columnToggled(shown, column.value, names, values)); }}>{column.label}</button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {options.map((option) => (
              <tr key={option.value}>
                <th scope="row">
                  <button type="button" className="plain-button" disabled={disabled} onClick={() => { onChange(rowToggled(shown, option.value, values)); }}>
                    <OptionTag text={label(option.label)} color={option.color} faded={option.active === false} />
                  </button>
                </th>
                {controlling.map((column) => (
                  <td key={column.value}>
                    <Checkbox
                      disabled={disabled}
                      aria-label={`${label(option.label)} · ${column.label}`}
                      checked={isShown(shown, option.value, column.value)}
                      onChange={() => { onChange(toggled(shown, option.value, column.value, values)); }}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
