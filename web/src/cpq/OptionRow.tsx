import { Checkbox, InputNumber, Tag } from 'antd';
import { useId } from 'react';
import type { Bundle, BundleOption } from '@/api/bundles';
import { useFormat, useTexts } from '@/i18n';
import { heldBack, isPicked, kept, type Reason, type Selection } from './selection';
import { cpqTexts } from './texts';

interface Props {
  bundle: Bundle;
  option: BundleOption;
  selection: Selection;
  currency: unknown;
  onTurn: (on: boolean) => void;
  onQuantity: (quantity: string) => void;
}

/** One option: whether it is chosen, how many there are, what it costs, and in words why it cannot be chosen. */
export function OptionRow({ bundle, option, selection, currency, onTurn, onQuantity }: Props) {
  const t = useTexts(cpqTexts);
  const format = useFormat();
  const say = useReason();
  const id = useId();
  const picked = isPicked(selection, option.id);
  const reason = picked ? (option.required ? undefined : kept(bundle, selection, option)) : heldBack(bundle, selection, option);
  // What is required and not there yet (an older line) can be chosen, not taken away.
  const fixed = reason !== undefined || (option.required && picked);
  const quantity = selection[option.id]?.quantity ?? option.quantity;
  const bounds = [option.least, option.most].map((one) => (one === null ? '' : format.number(bare(one))));
  return (
    <div className={picked ? 'cpq-option chosen' : 'cpq-option'}>
      <Checkbox checked={picked} disabled={fixed} aria-describedby={reason ? `${id}-why` : undefined} onChange={(event) => { onTurn(event.target.checked); }}>
        <span className="cpq-name">{option.name}</span>
        {option.required ? <Tag className="cpq-tag" color="blue">{t('required')}</Tag> : null}
      </Checkbox>
      <div className="cpq-count">
        {picked && option.editable
          ? <InputNumber<string> size="small" stringMode min={option.least ?? '0.01'} max={option.most ?? undefined} precision={undefined} value={bare(quantity)} aria-label={t('quantityOf', { name: option.name })} onChange={(next) => { onQuantity(next ? String(next) : option.quantity); }} />
          : Number(quantity) === 1 ? null : <span className="cpq-fixed">× {format.number(bare(quantity))}</span>}
        {picked && option.editable && (option.least ?? option.most) !== null ? <span className="cpq-bounds">{t('between', { least: bounds[0] || '0', most: bounds[1] || '∞' })}</span> : null}
      </div>
      <div className="cpq-price">
        {option.bundled ? <span className="cpq-included">{t('included')}</span> : option.price === null ? <span className="cpq-included">{t('noPrice')}</span> : <span className="number">{format.moneyIn(currency, option.price)}</span>}
        {!option.bundled && Number(option.discount ?? 0) > 0 ? <span className="cpq-off">{t('off', { percent: format.percent(option.discount ?? '0') })}</span> : null}
      </div>
      {reason ? <div className="cpq-why" id={`${id}-why`}>{say(reason)}</div> : null}
    </div>
  );
}

/** A quantity as one writes it: 3, not 3.00. */
const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function useReason(): (reason: Reason) => string {
  const t = useTexts(cpqTexts);
  const all = (names: string[], word: 'and' | 'or') => names.map((name) => t('quoted', { name })).join(t(word));
  return (reason) => {
    switch (reason.why) {
      case 'outOfUse': return t('outOfUse');
      case 'excluded': return t('excluded', { names: all(reason.by, 'and') });
      case 'needs': return t('needs', { names: all(reason.one, 'or') });
      case 'most': return t('featureFull', { feature: reason.feature, n: reason.most });
      case 'neededBy': return t('neededBy', { name: reason.required });
    }
  };
}
