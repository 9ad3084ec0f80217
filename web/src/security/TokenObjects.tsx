import { Select } from 'antd';
import { useMemo } from 'react';
import { useModel } from '@/api/metadata';
import type { TokenScope } from '@/api/tokens';
import { useLabel, useTexts } from '@/i18n';
import { securityTexts } from './texts';

interface Props {
  chosen: Readonly<Record<string, TokenScope>>;
  onChange: (chosen: Record<string, TokenScope>) => void;
}

/** The objects that a token is for: those that it may write, and those that it only reads. */
export function TokenObjects({ chosen, onChange }: Props) {
  const t = useTexts(securityTexts);
  const label = useLabel();
  const model = useModel();
  const options = useMemo(
    () => model.objects.filter((object) => object.can('read')).map((object) => ({ value: object.name, label: label(object.plural) })),
    [model, label],
  );
  const of = (scope: TokenScope) => Object.keys(chosen).filter((object) => chosen[object] === scope);
  const choose = (scope: TokenScope, names: string[]) => {
    const others = Object.entries(chosen).filter(([object, held]) => held !== scope && !names.includes(object));
    onChange(Object.fromEntries([...others, ...names.map((object) => [object, scope] as const)]));
  };
  return (
    <div className="security-token-objects">
      {(['write', 'read'] as const).map((scope) => (
        <label key={scope}>
          <span>{t(scope === 'write' ? 'tokenWrite' : 'tokenRead')}</span>
          <Select<string[]> mode="multiple" allowClear optionFilterProp="label" aria-label={t(scope === 'write' ? 'tokenWriteObjects' : 'tokenReadObjects')}
            placeholder={t('tokenChoose')} value={of(scope)} options={options} onChange={(names) => { choose(scope, names); }} />
        </label>
      ))}
      <p className="security-hint">{t('tokenSomeHint')}</p>
    </div>
  );
}
