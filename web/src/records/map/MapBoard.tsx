import { Button, List } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Display } from '@/api/displays';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson, QueryBody } from '@/api/types';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { allOf, listLink } from '@/records/list';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import './map.css';
import { byCity, byProvince, isElsewhere, type CountRow } from './places';
import { PointMap } from './PointMap';
import { COLUMNS, depth, ROWS, TILES, type PlaceCount } from './provinces';
import { mapTexts } from './texts';

interface Props {
  object: ObjectModel;
  filter: FilterJson | null;
  columns: string[];
  display: Display;
}

const GROUPS_MAX = 200;
const CITIES_SHOWN = 12;
const RECORDS_SHOWN = 10;

/** Where the records are: provinces as tiles by their addresses, or points by their coordinates. */
export function MapBoard({ object, filter, display }: Props) {
  const field = object.field(display.place ?? '');
  if (!field) return null;
  if (field.type === 'location') return <PointMap object={object} filter={filter} field={field} />;
  return <ProvinceMap object={object} filter={filter} place={field.name} amount={display.amount ?? null} />;
}

const within = (path: string, place: PlaceCount): FilterJson => {
  const spellings = place.spellings.filter((one) => one !== '');
  const named: FilterJson[] = spellings.length > 0 ? [{ field: path, op: 'in', value: spellings }] : [];
  const blank: FilterJson[] = place.spellings.includes('') ? [{ field: path, op: 'is null' }] : [];
  const [only] = [...named, ...blank];
  return named.length + blank.length === 1 && only ? only : { or: [...named, ...blank] };
};

interface ProvinceProps {
  object: ObjectModel;
  filter: FilterJson | null;
  place: string;
  amount: string | null;
}

function ProvinceMap({ object, filter, place, amount }: ProvinceProps) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const [chosen, setChosen] = useState<string>();
  const path = `${place}.province`;
  const grouped = (by: string, where: FilterJson | null): QueryBody => ({
    object: object.name,
    fields: [by, { function: 'count', name: 'count' }, ...(amount ? [{ function: 'sum' as const, field: amount, name: 'total' }] : [])],
    filter: where,
    group: [by],
    limit: GROUPS_MAX,
  });
  const counts = useRecords<CountRow>(grouped(path, filter));
  const provinces = byProvince(counts.data?.rows ?? [], path);
  const held = chosen === undefined ? undefined : provinces.get(chosen);
  const where = held ? allOf(filter, within(path, held)) : filter;
  if (counts.isPending) return <PageSkeleton />;
  if (counts.isError) return <ErrorState error={counts.error} onRetry={() => void counts.refetch()} />;
  const placed = [...provinces].filter(([name]) => name !== '');
  if (placed.length === 0) return <EmptyState title={t('nothing', { objects: label(object.plural) })} hint={t('nothingHint')} />;
  const greatest = Math.max(...placed.map(([, { count }]) => count));
  const nameOf = (name: string) =>
    name === '' ? t('blank') : isElsewhere(name) ? t('elsewhere') : language === 'en' ? (TILES.find((one) => one.name === name)?.en ?? name) : name;
  const title = chosen === undefined ? t('whole') : nameOf(chosen);
  const rest = [...provinces].filter(([name]) => name === '' || isElsewhere(name));
  return (
    <div className="map">
      <section className="map-tiles-frame" aria-label={t('map')}>
        <div className="map-tiles" style={{ gridTemplateColumns: `repeat(${String(COLUMNS)}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${String(ROWS)}, auto)` }}>
          {TILES.map((tile) => {
            const found = provinces.get(tile.name);
            const count = found?.count ?? 0;
            return (
              <button
                key={tile.name}
                type="button"
                className={`map-tile depth-${String(depth(count, greatest))}${chosen === tile.name ? ' chosen' : ''}`}
                style={{ gridColumn: tile.column, gridRow: tile.row + 1 }}
                disabled={count === 0}
                aria-pressed={chosen === tile.name}
                aria-label={t('provinceTitle', { name: nameOf(tile.name), n: format.number(count) })}
                title={found?.total ? `${nameOf(tile.name)} ${format.shortMoney(found.total)}` : nameOf(tile.name)}
                onClick={() => { setChosen(chosen === tile.name ? undefined : tile.name); }}
              >
                <span>{nameOf(tile.name)}</span>
                <strong className="number">{count > 0 ? format.number(count) : ''}</strong>
              </button>
            );
          })}
        </div>
        <p className="map-about">{t('about')}</p>
        {rest.length > 0 ? (
          <div className="map-rest">
            {rest.map(([name, { count }]) => (
              <Button key={name} size="small" type={chosen === name ? 'primary' : 'default'} onClick={() => { setChosen(chosen === name ? undefined : name); }}>{nameOf(name)} {format.number(count)}</Button>
            ))}
          </div>
        ) : null}
      </section>
      <section className="map-side" aria-label={title}>
        <header>
          <h2>{title}</h2>
          {held?.total ? <span className="number">{format.shortMoney(held.total)}</span> : null}
          {chosen === undefined ? null : <Link to={listLink(object.name, where, 'list')}>{t('openList')}</Link>}
        </header>
        {chosen === undefined
          ? <Bars rows={placed.sort(([, a], [, b]) => b.count - a.count).slice(0, CITIES_SHOWN).map(([name, found]) => ({ key: name, name: nameOf(name), found }))} onChoose={setChosen} />
          : <Cities body={grouped(`${place}.city`, where)} path={`${place}.city`} />}
        {chosen === undefined ? null : <Records object={object} where={where} />}
      </section>
    </div>
  );
}

interface Bar {
  key: string;
  name: string;
  found: PlaceCount;
}

/** Places by their count, the greatest first. */
function Bars({ rows, onChoose }: { rows: Bar[]; onChoose?: (key: string) => void }) {
  const format = useFormat();
  const greatest = Math.max(1, ...rows.map(({ found }) => found.count));
  return (
    <ul className="map-bars">
      {rows.map(({ key, name, found }) => (
        <li key={key}>
          {onChoose ? <Button type="link" size="small" onClick={() => { onChoose(key); }}>{name}</Button> : <span>{name}</span>}
          <span className="map-bar"><span style={{ width: `${String((found.count / greatest) * 100)}%` }} /></span>
          <span className="number">{format.number(found.count)}{found.total ? ` · ${format.shortMoney(found.total)}` : ''}</span>
        </li>
      ))}
    </ul>
  );
}

function Cities({ body, path }: { body: QueryBody; path: string }) {
  const t = useTexts(mapTexts);
  const counts = useRecords<CountRow>(body);
  const rows = byCity(counts.data?.rows ?? [], path).slice(0, CITIES_SHOWN);
  return <Bars rows={rows.map(([name, found]) => ({ key: name, name: name || t('otherCities'), found }))} />;
}

function Records({ object, where }: { object: ObjectModel; where: FilterJson | null }) {
  const found = useRecords({ object: object.name, fields: [object.name_field], filter: where, order: [{ field: 'updated_at', descending: true }], limit: RECORDS_SHOWN });
  return (
    <List
      size="small"
      loading={found.isPending}
      dataSource={found.data?.rows ?? []}
      renderItem={(row) => <List.Item><Link to={`/o/${object.name}/${row.id}`}>{String(row[object.name_field] ?? row.id)}</Link></List.Item>}
    />
  );
}
