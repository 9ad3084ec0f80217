import { DeleteOutlined } from '@ant-design/icons';
import { Button, Checkbox, Drawer, Form, Input as TextInput, Select } from 'antd';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useListing, useTexts } from '@/i18n';
import type { Person } from './people';
import { mapTexts } from './texts';
import type { ContactMap, MapChanges } from './useMap';

interface Props {
  person: Person | undefined;
  map: ContactMap;
  changes: MapChanges;
  onClose: () => void;
}

const IN_DEAL = ['role', 'influence', 'attitude', 'colleague_id', 'next_step'];
const OF_CONTACT = ['role', 'attitude'];

/** Everything about one person on the map, for the keyboard and the phone as well: part, lines, and the way to the contact. */
export function PersonDrawer({ person, map, changes, onClose }: Props) {
  return (
    <Drawer open={person !== undefined} onClose={onClose} title={person?.name} size={360} zIndex={1100}>
      {person ? <Details key={person.id} person={person} map={map} changes={changes} onClose={onClose} /> : null}
    </Drawer>
  );
}

function Details({ person, map, changes, onClose }: Props & { person: Person }) {
  const t = useTexts(mapTexts);
  const listing = useListing();
  const label = useLabel();
  const model = useModel();
  const holder = model.object(person.part ? 'opportunity_contact' : 'contact');
  const names = person.part ? IN_DEAL : OF_CONTACT;
  const others = map.people.filter((one) => one.id !== person.id).map((one) => ({ value: one.id, label: one.name }));
  const lines = map.influences.filter((line) => line.from === person.id);
  const from = map.influences.filter((line) => line.to === person.id);
  const nameOf = (id: string) => map.people.find((one) => one.id === id)?.name ?? '—';
  const superior = others.find((one) => one.value === person.reportsTo);
  const values = person.part ?? person.contact;
  return (
    <Form layout="vertical" component="div" className="map-details">
      <p><Link to={`/o/contact/${person.id}`}>{t('openContact')}</Link></p>
      {names.map((name) => {
        const field = holder?.field(name);
        if (!field) return null;
        const { Input } = FIELD_WIDGETS[field.type];
        const id = `map-${name}`;
        const change = (value: unknown) => void (person.part ? changes.part(person.part.id, { [name]: value }) : changes.contact(person.id, { [name]: value }));
        return (
          <Form.Item key={name} label={label(field.label)} htmlFor={id}>
            {name === 'next_step' ? <NextStep id={id} value={values[name]} disabled={!map.editable} onSave={change} /> : (
              <Input id={id} field={field} value={values[name] ?? null} name={name === 'colleague_id' ? person.colleague : undefined} disabled={!map.editable || field.access !== 'edit'} onChange={change} />
            )}
          </Form.Item>
        );
      })}
      <Form.Item label={t('reportsTo')} htmlFor="map-reports">
        <Select<string> id="map-reports" allowClear placeholder={t('nobody')} disabled={!map.editable} value={superior?.value} options={others} showSearch={{ optionFilterProp: 'label' }} onChange={(to: string | undefined) => void changes.report(person.id, to ?? null)} />
      </Form.Item>
      <Form.Item label={t('influences')} htmlFor="map-line">
        {lines.map((line) => (
          <div key={line.id} className="map-influence">
            <span>{nameOf(line.to)}</span>
            <Checkbox checked={line.strong} disabled={!map.editable} onChange={(event) => void changes.strengthen(line.id, event.target.checked)}>{t('strong')}</Checkbox>
            {map.editable ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('removeLine')} onClick={() => void changes.removeInfluence(line.id)} /> : null}
          </div>
        ))}
        {map.editable ? (
          <Select<string> id="map-line" value={null as unknown as string} placeholder={t('addInfluence')} showSearch={{ optionFilterProp: 'label' }} options={others.filter((one) => !lines.some((line) => line.to === one.value))} onChange={(to) => void changes.influence(person.id, to)} />
        ) : null}
      </Form.Item>
      {from.length > 0 ? <Form.Item label={t('influencedBy')}>{listing(from.map((line) => nameOf(line.from)))}</Form.Item> : null}
      {map.deal && map.editable && person.part ? (
        <div className="map-part">
          {person.main ? null : <Button size="small" onClick={() => void changes.main(person.id)}>{t('makeMain')}</Button>}
          <Button size="small" danger onClick={() => { onClose(); if (person.part) void changes.leave(person.part.id); }}>{t('removeFromDeal')}</Button>
        </div>
      ) : null}
    </Form>
  );
}

/** A line of text that is saved when one leaves it. */
function NextStep({ id, value, disabled, onSave }: { id: string; value: unknown; disabled: boolean; onSave: (text: string | null) => void }) {
  const before = typeof value === 'string' ? value : '';
  return (
    <TextInput
      id={id} defaultValue={before} key={before} disabled={disabled} maxLength={255}
      onBlur={(event) => { if (event.target.value !== before) onSave(event.target.value.trim() || null); }}
      onPressEnter={(event) => { event.currentTarget.blur(); }}
    />
  );
}
