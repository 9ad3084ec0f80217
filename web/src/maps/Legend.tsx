import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { optionColor, OptionTag } from '@/ui/OptionTag';
import { mapTexts } from './texts';
import type { ContactMap } from './useMap';

/** What colours and lines mean: roles as they are offered or on the map, and the two kinds of lines. */
export function Legend({ map }: { map: ContactMap }) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const role = useModel().object('contact')?.field('role');
  const used = new Set(map.people.map((person) => person.role?.value));
  const roles = (role?.options ?? []).filter((option) => option.active !== false || used.has(option.value));
  return (
    <div className="map-legend" aria-label={t('legend')}>
      {roles.map((option) => <OptionTag key={option.value} text={label(option.label)} color={option.color} />)}
      <span className="map-line" style={{ borderColor: optionColor('indigo') }}>{t('reporting')}</span>
      <span className="map-line dashed" style={{ borderColor: optionColor('vermilion') }}>{t('influence')}</span>
    </div>
  );
}
