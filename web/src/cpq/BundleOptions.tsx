import type { Bundle, BundleFeature } from '@/api/bundles';
import { useTexts } from '@/i18n';
import { OptionRow } from './OptionRow';
import { countIn, isPicked, turn, type Selection, type Turn } from './selection';
import { cpqTexts } from './texts';

interface Props {
  bundle: Bundle;
  selection: Selection;
  currency: unknown;
  /** What was chosen or not, with what went with it. */
  onTurn: (next: Turn) => void;
  onChange: (selection: Selection) => void;
}

/** The options of a bundle, a group for each feature; a bundle that is chosen in it opens below its option. */
export function BundleOptions({ bundle, selection, currency, onTurn, onChange }: Props) {
  const t = useTexts(cpqTexts);
  const known = new Set(bundle.features.map((one) => one.id));
  const groups: { feature: BundleFeature | undefined; options: Bundle['options'] }[] = [
    ...bundle.features.map((feature) => ({ feature, options: bundle.options.filter((one) => one.feature === feature.id) })),
    { feature: undefined, options: bundle.options.filter((one) => one.feature === null || !known.has(one.feature)) },
  ];
  // What is out of use is shown where it is chosen still.
  const shown = groups.map((group) => ({ ...group, options: group.options.filter((one) => one.usable || isPicked(selection, one.id)) })).filter((group) => group.options.length > 0);
  return (
    <>
      {shown.map(({ feature, options }) => (
        <fieldset key={feature?.id ?? 'others'} className="cpq-feature">
          {feature || shown.length > 1 ? (
            <legend>
              <span className="cpq-feature-name">{feature?.name ?? t('others')}</span>
              {feature ? <Count feature={feature} count={countIn(bundle, selection, feature.id)} /> : null}
            </legend>
          ) : null}
          {feature?.description ? <p className="cpq-about">{feature.description}</p> : null}
          {options.map((option) => {
            const picked = selection[option.id];
            const put = (parts: Selection) => ({ ...selection, [option.id]: { quantity: picked?.quantity ?? option.quantity, parts } });
            return (
              <div key={option.id}>
                <OptionRow
                  bundle={bundle} option={option} selection={selection} currency={currency}
                  onTurn={(on) => { onTurn(turn(bundle, selection, option, on)); }}
                  onQuantity={(quantity) => { onChange({ ...selection, [option.id]: { quantity, parts: picked?.parts ?? {} } }); }}
                />
                {option.bundle && picked && isPicked(selection, option.id) ? (
                  <div className="cpq-nested">
                    <BundleOptions bundle={option.bundle} selection={picked.parts} currency={currency} onTurn={(next) => { onTurn({ ...next, selection: put(next.selection) }); }} onChange={(parts) => { onChange(put(parts)); }} />
                  </div>
                ) : null}
              </div>
            );
          })}
        </fieldset>
      ))}
    </>
  );
}

/** How many are to be chosen of a feature, and how many are. */
function Count({ feature: { least, most }, count }: { feature: BundleFeature; count: number }) {
  const t = useTexts(cpqTexts);
  const wanted = least !== null && least === most ? t('exactly', { n: least })
    : least !== null && most !== null ? t('range', { least, most })
      : least !== null ? t('least', { n: least })
        : most !== null ? t('most', { n: most }) : '';
  const wrong = (least !== null && count < least) || (most !== null && count > most);
  return <span className={wrong ? 'cpq-feature-count wrong' : 'cpq-feature-count'}>{[wanted, t('chosen', { n: count })].filter(Boolean).join(' · ')}</span>;
}
