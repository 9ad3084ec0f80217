import { Alert } from 'antd';
import { useNavigate } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FieldMeta, FilterJson } from '@/api/types';
import { useLabel, useSettings, useTexts } from '@/i18n';
import { allOf } from '@/records/list';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { projection } from './projection';
import { TILES } from './provinces';
import { mapTexts } from './texts';

const POINTS_MAX = 500;
/** The drawing's size; on a phone it is smaller, so that its words stay as large as others. */
const SIZES = { wide: [1000, 760], phone: [420, 420] } as const;

/** Records as points by their coordinates, between the capitals of the provinces that are near. */
export function PointMap({ object, filter, field }: { object: ObjectModel; filter: FilterJson | null; field: FieldMeta }) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const navigate = useNavigate();
  const { language } = useSettings();
  const size = SIZES[useIsPhone() ? 'phone' : 'wide'];
  const found = useRecords({
    object: object.name,
    fields: [object.name_field, field.name],
    filter: allOf(filter, { field: field.name, op: 'is not null' }),
    limit: POINTS_MAX,
  });
  if (found.isPending) return <PageSkeleton />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const points = found.data.rows.flatMap((row) => {
    const value = row[field.name] as { latitude?: string; longitude?: string } | null;
    return value?.latitude && value.longitude ? [{ row, at: [Number(value.longitude), Number(value.latitude)] as const }] : [];
  });
  if (points.length === 0) return <EmptyState title={t('noPoints', { objects: label(object.plural) })} />;
  const place = projection(points.map(({ at }) => at), size);
  return (
    <section className="map-points" aria-label={t('points')}>
      {found.data.next ? <Alert type="info" showIcon title={t('capped', { n: POINTS_MAX })} /> : null}
      <svg viewBox={`0 0 ${String(size[0])} ${String(size[1])}`} role="group">
        {TILES.map((tile) => {
          const [x, y] = place(...tile.at);
          if (x < 0 || y < 0 || x > size[0] || y > size[1]) return null;
          return (
            <g key={tile.name} className="map-capital" aria-hidden>
              <circle cx={x} cy={y} r={3} />
              <text x={x + 6} y={y + 4}>{language === 'en' ? tile.en : tile.name}</text>
            </g>
          );
        })}
        {points.map(({ row, at }) => {
          const [x, y] = place(...at);
          const name = String(row[object.name_field] ?? row.id);
          const open = () => void navigate(`/o/${object.name}/${row.id}`);
          return (
            <circle key={row.id} cx={x} cy={y} r={7} className="map-point" role="link" tabIndex={0} aria-label={name} onClick={open} onKeyDown={(event) => { if (event.key === 'Enter') open(); }}>
              <title>{name}</title>
            </circle>
          );
        })}
      </svg>
      <p className="map-about">{t('pointsHint')}</p>
    </section>
  );
}
